"""The real electors of one pool's pods, light enough to reach rare coincidences.

Around them only what affects an elector is modelled: clocks, API servers, lost and late messages,
managers that end and start, settings that differ from pod to pod as in a roll-out.
"""
