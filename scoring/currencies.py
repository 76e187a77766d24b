"""How big an amount is in its currency: minor units, and what is small change.

Belongs here: the size of currencies. Never here: exchange rates: amounts in different currencies are never compared.

Decimals are CLDR's (those of ISO 4217 but for a few whose minor unit nobody uses any more), as everywhere in the bot.
Sizes are powers of ten by which prices are written where a euro or a dollar is one: 500 yen and 5,000 won stand
for 5 euros. They come from the exchange rates that the IMF published for 2024, rounded down from 5 times a power on; a
currency that moves by a tenth or a half keeps its place.
"""

_DECIMALS = {
    0: "ADP AFN ALL BIF BYR CLP DJF ESP GNF IQD IRR ISK ITL JPY KMF KPW KRW LAK LBP LUF MGA MGF MMK MRO PYG RSD RWF "
    "SLL SOS STD SYP TMM TRL UGX UYI VND VUV XAF XOF XPF YER ZMK ZWD",
    3: "BHD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_SIZES = {
    10: "CZK EGP MDL MUR MXN NIO NOK SEK THB TRY TWD UAH UYU ZAR",
    100: "ALL AMD BDT CRC DZD HUF INR ISK JMD JPY KES KZT LKR PHP PKR RSD RUB VUV XPF",
    1000: "ARS BIF CLP COP GNF IQD KHR KRW MGA MMK MNT NGN PYG RWF TZS UGX XAF XOF YER",
    10_000: "IDR LAK UZS VND",
    100_000: "IRR LBP",
}
_DECIMALS_OF = {code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()}
_SIZE_OF = {code: size for size, codes in _SIZES.items() for code in codes.split()}


def usual_unit(currency: str) -> int:
    """Return in minor units what stands where a euro or a dollar is one: 100 cents, 100 yen, 1,000 won."""
    return int(10 ** _DECIMALS_OF.get(currency, 2)) * _SIZE_OF.get(currency, 1)
