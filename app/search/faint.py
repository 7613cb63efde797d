"""Words of asking: they stand in questions about anything, so they say little about what one is about."""

from __future__ import annotations

from app.search.words import stems

_WORDS = """
able add allow already also always another answer anybody anyone anything anyway ask available away back bad based
because become before begin believe best better big bit bring buy call case change check choose come common compare
complete consider correct correctly create currently day decide different difference difficult done easy either else end
enough even ever every everything exactly example except exist expect explain extra fact far fast feel few find first
fix follow found full general get give go going good got great guess guide happen happening hard help here hi hope idea
important instead issue just keep kind know large last later least left less let like little long look looking lot main
make making many matter may maybe mean method might mind more most move much must myself name necessary need never new
next nice nobody nothing now number number often ok old once one only open option order other others otherwise own part
people perform perhaps person place please point possible possibly practice prefer probably problem proper properly
provide purpose put question quick quickly quite rather really reason recommend recommended related right run running
safe same say see seem set several shall should show similar simple simply since single small somebody someone something
sometimes soon specific specify start still stop such suggest suggestion support sure take talk tell thank thanks thing
think though time tip today together tool trouble true try trying turn two type under understand until up upon use used
useful user using usual usually value various very via want way week well went whatever whether while whole within
without wonder wondering work working works worth wrong year yes yet
"""

FAINT_WORDS = frozenset(stems(_WORDS))
"""Their stems."""
