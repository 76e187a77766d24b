"""What an amount's sign says of its currency, and numbers of columns that are not stored.

Never here: how amounts are written (`bot.importing.parsing.quantities`).
"""

from decimal import Decimal

from bot.importing.errors import CellError, RowError
from bot.importing.parsing import currencies, numbers
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.values import Amount


def currency_of(name: str, amount: Amount, said: str, usual: str) -> str:
    """Return the currency that an amount says; empty where it says none."""
    if amount.currency or not amount.sign:
        return amount.currency
    possible = currencies.SIGN_CURRENCIES[amount.sign]
    for code in (said, usual):
        if code in possible:
            return code
    if amount.sign == "$":
        return "USD"
    raise RowError(
        name,
        f"has {amount.sign} beside it, which may be {' or '.join(possible)}: say which, like --currency {possible[0]}",
    )


def read_figure(cell: Cell, mark: str, digits: int) -> Decimal:
    """Read a number in minor units, its decimal mark that of the amounts; not a number where the cell is none."""
    try:
        if isinstance(cell, int | float):
            return Decimal(str(cell)).scaleb(digits)
        return numbers.to_decimal(numbers.split_number(str(cell)), numbers.NumberStyle(mark)).scaleb(digits)
    except (CellError, ArithmeticError):
        return Decimal("NaN")
