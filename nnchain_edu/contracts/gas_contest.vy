# pragma version 0.4.3
"""
@title A contest of networks that read digits
@license MIT
@notice Which contract reads at least 96 % of the digits and costs the least gas as a whole transaction?
        An entry is committed first. The noise on the images comes from the hash of a block that did not exist then.
@dev Commit, wait, draw, judge. Anyone may call each of them.
     An entry may compute and nothing else: `commit` walks through its code and refuses every opcode that reads or
     calls something outside (storage, other contracts, the block). So its answer depends on its call data alone, and
     nobody can change it after the seed is known.
     What the noise stops is a table of known images. It does not stop a network that was trained on them: the images
     are public, as everything on a chain. Nor does it stop the same code from being entered at ten addresses, for ten
     seeds; and anyone can copy a leader's code, or enter another's contract first. And whoever produces
     the deciding block can throw it away; at stakes that make this pay, take a commit-reveal of several parties.
"""

ROW: constant(uint256) = 65  # bytes of an image: its label, then 64 pixels from 0 to 15, row by row
BRIGHTEST: constant(uint256) = 15
TOUCHED: constant(uint256) = 4  # pixels of an image that the noise changes, by 1 or 2 steps up or down
MOST_BLOBS: constant(uint256) = 4
MOST_WORDS: constant(uint256) = 8
MOST_LANES: constant(uint256) = 128
EMPTY: constant(uint256) = 255  # in the order of pixels: nothing in this lane
MOST_CODE: constant(uint256) = 24_576  # bytes (EIP-170)
GAS_OF_AN_ENTRY: constant(uint256) = 500_000
INTRINSIC: constant(uint256) = 21_000
CALL_OVERHEAD: constant(uint256) = 243  # of measuring: the call itself (EIP-2929, warm) and what Vyper puts around it

# One bit an opcode, bit n for opcode n: arithmetic, comparisons, keccak, call data, own code, memory, jumps, stack,
# RETURN, REVERT, INVALID. CALLVALUE is among them, because Vyper asks for it; here it is always 0.
ALLOWED: constant(bytes32) = 0x600800000000000000000000ffffffffffffffffcbcf000023f000013fff0fff

event Committed:
    entry: indexed(address)
    owner: indexed(address)

event Judged:
    entry: indexed(address)
    right: uint256
    gas: uint256  # mean of a whole transaction, rounded up
    leads: bool

struct Entry:
    owner: address
    committed_at: uint256  # block number
    seed: bytes32
    lane_bits: uint256
    prefix: Bytes[4]
    pixels: Bytes[MOST_LANES]
    judged: uint256  # images so far
    right: uint256
    gas: uint256  # of whole transactions, sum over the images so far

blobs: DynArray[address, MOST_BLOBS]  # data contracts: a zero byte, then rows
rows_in_a_blob: uint256
images: public(uint256)
entries: public(HashMap[address, Entry])
leader: public(address)
least_gas: public(uint256)


@deploy
def __init__(blobs: DynArray[address, MOST_BLOBS]):
    """
    @notice Open the contest on these images.
    @param blobs Data contracts, all of the same size.
    """
    assert len(blobs) > 0, "no images"
    rows: uint256 = (blobs[0].codesize - 1) // ROW
    assert rows > 0, "no images"
    for blob: address in blobs:
        assert blob.codesize == 1 + rows * ROW, "not a whole number of rows, or blobs of different sizes"
    self.blobs = blobs
    self.rows_in_a_blob = rows
    self.images = rows * len(blobs)


@view
@internal
def _only_computes(entry: address) -> bool:
    """
    @dev Walks from opcode to opcode as the EVM does when it looks for jump targets, so nothing hides in pushed data.
    """
    allowed: uint256 = convert(ALLOWED, uint256)
    size: uint256 = entry.codesize
    here: uint256 = 0
    start: uint256 = 0
    chunk: uint256 = convert(slice(entry.code, 0, 32), uint256)
    for _: uint256 in range(MOST_CODE):
        if here >= size:
            break
        if here >= start + 32:
            start = min(here, size - 32)  # a slice may not reach beyond the end
            chunk = convert(slice(entry.code, start, 32), uint256)
        op: uint256 = (chunk >> (8 * (31 + start - here))) & 255
        if (allowed >> op) & 1 == 0:
            return False
        here += 1
        if op >= 96 and op <= 127:  # PUSH1 to PUSH32: their bytes are data
            here += op - 95
    return True


@external
def commit(entry: address, lane_bits: uint256, pixels: Bytes[MOST_LANES], prefix: Bytes[4]):
    """
    @notice Enter a contract. Anybody may. From now on it belongs to the sender, and its test is drawn from the next block.
    @param entry Takes the call data described below, returns the class as a 32-byte number.
    @param lane_bits Bits of a pixel's lane, 4 to 32. A word holds 256 // lane_bits lanes, the first one lowest.
    @param pixels Which of the 64 pixels stands in which lane, in order; 255 leaves a lane empty. Eight words at most.
    @param prefix What stands before the words: a function's selector, or nothing.
    """
    assert self.entries[entry].owner == empty(address), "entered already"
    assert 4 <= lane_bits and lane_bits <= 32, "lanes of 4 to 32 bits"
    assert len(pixels) > 0, "no pixels"
    assert len(pixels) <= MOST_WORDS * (256 // lane_bits), "more than eight words"
    for i: uint256 in range(len(pixels), bound=MOST_LANES):
        pixel: uint256 = convert(slice(pixels, i, 1), uint256)
        assert pixel < 64 or pixel == EMPTY, "pixels are numbered 0 to 63"
    assert entry.codesize >= 32, "no contract there that could read digits"
    assert self._only_computes(entry), "the code reads or calls something outside"
    self.entries[entry].owner = msg.sender
    self.entries[entry].committed_at = block.number
    self.entries[entry].lane_bits = lane_bits
    self.entries[entry].pixels = pixels
    self.entries[entry].prefix = prefix
    log Committed(entry=entry, owner=msg.sender)


@external
def draw(entry: address):
    """
    @notice Fix the entry's seed: the hash of the block after its commitment. Anybody may, within 256 blocks or never.
    """
    assert self.entries[entry].owner != empty(address), "not entered"
    assert self.entries[entry].seed == empty(bytes32), "drawn already"
    deciding: uint256 = self.entries[entry].committed_at + 1
    assert block.number > deciding, "the deciding block does not exist yet"
    assert block.number <= deciding + 256, "too late: the EVM has forgotten that block's hash"
    self.entries[entry].seed = keccak256(concat(blockhash(deciding), convert(entry, bytes32)))


@view
@internal
def _noisy(image: uint256, seed: bytes32) -> (uint256, uint256[64]):
    """
    @return Label and pixels of an image. Two bytes of the noise a touched pixel: which one, and by how much.
    """
    blob: address = self.blobs[image // self.rows_in_a_blob]
    row: Bytes[65] = slice(blob.code, 1 + (image % self.rows_in_a_blob) * ROW, ROW)
    halves: uint256[2] = [extract32(row, 1, output_type=uint256), extract32(row, 33, output_type=uint256)]
    pixels: uint256[64] = empty(uint256[64])
    for i: uint256 in range(32):
        at: uint256 = unsafe_mul(8, unsafe_sub(31, i))
        pixels[i] = (halves[0] >> at) & 255
        pixels[unsafe_add(i, 32)] = (halves[1] >> at) & 255
    noise: uint256 = convert(keccak256(concat(seed, convert(image, bytes32))), uint256)
    for _: uint256 in range(TOUCHED):
        pixel: uint256 = noise & 63
        steps: uint256 = 1 + ((noise >> 8) & 1)
        if (noise >> 9) & 1 == 0:
            pixels[pixel] = min(pixels[pixel] + steps, BRIGHTEST)
        else:
            pixels[pixel] -= min(pixels[pixel], steps)
        noise = noise >> 16
    return convert(slice(row, 0, 1), uint256), pixels


@pure
@internal
def _encode(pixels: uint256[64], order: Bytes[MOST_LANES], lane_bits: uint256, prefix: Bytes[4]) -> Bytes[260]:
    lanes: uint256 = 256 // lane_bits
    words: uint256[MOST_WORDS] = empty(uint256[MOST_WORDS])
    place: uint256 = 0
    lane: uint256 = 0
    for i: uint256 in range(len(order), bound=MOST_LANES):
        pixel: uint256 = convert(slice(order, i, 1), uint256)
        if pixel != EMPTY:
            words[place] |= pixels[pixel] << unsafe_mul(lane_bits, lane)
        lane = unsafe_add(lane, 1)
        if lane == lanes:
            place += 1
            lane = 0
    if lane > 0:
        place += 1
    return concat(prefix, slice(abi_encode(words), 0, 32 * place))


@pure
@internal
def _nonzero_bytes(word: uint256) -> uint256:
    """
    @dev Folds each byte's bits into its lowest one, then adds all 32 lanes: the top lane of a product with ones.
    """
    ones: uint256 = max_value(uint256) // 255  # 0x0101...01
    w: uint256 = (word | (word >> 4)) & (15 * ones)
    w = (w | (w >> 2)) & (3 * ones)
    w = (w | (w >> 1)) & ones
    return unsafe_mul(w, ones) >> 248


@pure
@internal
def _transaction_gas(data: Bytes[260], execution: uint256) -> uint256:
    """
    @dev What a transaction to the entry would pay: 4 a token beside the execution, at least 10 a token (EIP-7623).
         A zero byte is one token, any other byte four.
    """
    nonzero: uint256 = 0
    for i: uint256 in range(9):
        if 32 * i < len(data):
            rest: uint256 = min(len(data) - 32 * i, 32)
            padded: Bytes[292] = concat(data, empty(bytes32))
            word: uint256 = extract32(padded, 32 * i, output_type=uint256)
            nonzero += self._nonzero_bytes(word)
    tokens: uint256 = len(data) + 3 * nonzero
    return INTRINSIC + max(4 * tokens + execution, 10 * tokens)


@external
def judge(entry: address, most: uint256) -> (uint256, uint256):
    """
    @notice Let the entry read its next `most` images. Anybody may. After the last one the contest decides.
    @return Images judged so far, and how many of them it read right.
    """
    mine: Entry = self.entries[entry]
    assert mine.seed != empty(bytes32), "draw first"
    assert mine.judged < self.images, "judged already"
    assert entry.codesize > 0  # touched here, so that its first call is no dearer than the others (EIP-2929)
    until: uint256 = min(self.images, mine.judged + most)
    for image: uint256 in range(mine.judged, until, bound=1024):
        label: uint256 = 0
        pixels: uint256[64] = empty(uint256[64])
        label, pixels = self._noisy(image, mine.seed)
        data: Bytes[260] = self._encode(pixels, mine.pixels, mine.lane_bits, mine.prefix)
        done: bool = False
        answer: Bytes[32] = b""
        before: uint256 = msg.gas
        done, answer = raw_call(
            entry, data, max_outsize=32, gas=GAS_OF_AN_ENTRY, is_static_call=True, revert_on_failure=False
        )
        execution: uint256 = before - msg.gas - CALL_OVERHEAD
        mine.gas += self._transaction_gas(data, execution)
        if done and len(answer) == 32 and convert(answer, uint256) == label:
            mine.right += 1
    self.entries[entry].judged = until
    self.entries[entry].right = mine.right
    self.entries[entry].gas = mine.gas
    if until == self.images:
        mean: uint256 = (mine.gas + until - 1) // until
        leads: bool = mine.right * 100 >= until * 96 and (self.least_gas == 0 or mean < self.least_gas)
        if leads:
            self.leader = entry
            self.least_gas = mean
        log Judged(entry=entry, right=mine.right, gas=mean, leads=leads)
    return until, mine.right
