# pragma version 0.4.3
"""
@title Dataset register
@license MIT
@notice Remembers the Merkle root of a table, who committed it and in which block. A row can then be proven to be in it.
@dev The tree is that of RFC 6962, section 2.1, over SHA-256: a leaf is sha256(00, row), a node sha256(01, left, right),
     and an odd last one moves up alone. The register never sees the rows: a root says nothing about whether they are
     true, or whether rows were left out.
"""

event Committed:
    dataset: indexed(uint256)
    owner: indexed(address)
    root: bytes32
    rows: uint256
    recipe: bytes32

struct Dataset:
    root: bytes32
    rows: uint256
    recipe: bytes32   # hash of the recipe that made the rows
    owner: address
    since: uint256    # number of the block in which it was committed

# How many tables there are; they are numbered from 1. Nothing in a table ever changes.
count: public(uint256)
datasets: public(HashMap[uint256, Dataset])


@external
def commit(root: bytes32, rows: uint256, recipe: bytes32) -> uint256:
    """
    @notice Commit a table. Anybody may call, and owns what is committed.
    @param root The root of the tree over its rows.
    @param rows How many rows it has, from 1 to 2**32.
    @param recipe The hash of the recipe by which the rows were made.
    @return The table's number.
    """
    assert 0 < rows and rows <= 2**32, "a table has 1 to 2**32 rows"
    self.count += 1
    self.datasets[self.count] = Dataset(root=root, rows=rows, recipe=recipe, owner=msg.sender, since=block.number)
    log Committed(dataset=self.count, owner=msg.sender, root=root, rows=rows, recipe=recipe)
    return self.count


@external
@view
def holds(dataset: uint256, index: uint256, row: Bytes[192], siblings: DynArray[bytes32, 32]) -> bool:
    """
    @notice Whether this row stands at this position of the table. Anybody may ask.
    @dev RFC 9162, section 2.1.3.2, with one position in the tree and the last one walking up together.
    @param dataset The table's number.
    @param index The position, from 0.
    @param row The row's bytes.
    @param siblings The neighbours' hashes on the way up, the lowest first.
    """
    table: Dataset = self.datasets[dataset]
    if index >= table.rows:
        return False
    place: uint256 = index
    last: uint256 = table.rows - 1
    digest: bytes32 = sha256(concat(x"00", row))
    for sibling: bytes32 in siblings:
        if last == 0:
            return False  # more siblings than levels
        if place % 2 == 1 or place == last:
            digest = sha256(concat(x"01", sibling, digest))
            for level: uint256 in range(32):
                if place % 2 == 1 or place == 0:
                    break
                place //= 2  # moved up alone
                last //= 2
        else:
            digest = sha256(concat(x"01", digest, sibling))
        place //= 2
        last //= 2
    return last == 0 and digest == table.root
