"""web3's own tester behind the development methods of Anvil; stands in until the engine is merged."""

from eth_account import Account as Signer
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from web3 import EthereumTesterProvider
from web3.exceptions import ContractLogicError


class TesterProvider(EthereumTesterProvider):
    def __init__(self, keys, balance, timestamp, automine):
        parameters = PyEVMBackend.generate_genesis_params({"timestamp": timestamp})
        alloc = {
            bytes.fromhex(Signer.from_key(k).address[2:]): {
                "balance": balance,
                "nonce": 0,
                "code": b"",
                "storage": {},
            }
            for k in keys
        }
        tester = EthereumTester(PyEVMBackend(genesis_parameters=parameters, genesis_state=alloc))
        for account in tester.get_accounts():
            tester.backend._key_lookup.pop(bytes.fromhex(account[2:]), None)
        for key in keys:
            tester.add_account(key.hex())
        super().__init__(tester)
        if not automine:
            tester.disable_auto_mine_transactions()

    def make_request(self, method, params):
        tester = self.ethereum_tester
        if method == "evm_increaseTime":
            tester.time_travel(tester.get_block_by_number("pending")["timestamp"] + int(params[0]))
            return {"jsonrpc": "2.0", "id": 1, "result": None}
        if method == "evm_setAutomine":
            (tester.enable_auto_mine_transactions if params[0] else tester.disable_auto_mine_transactions)()
            return {"jsonrpc": "2.0", "id": 1, "result": None}
        if method == "anvil_mine":
            method, params = "evm_mine", [int(params[0], 16)]
        try:
            return super().make_request(method, params)
        except TransactionFailed as error:
            raise ContractLogicError(str(error.args[0])) from None
