"""The real electors of one pool's pods, light enough to reach what rarely meets.

Around them only what an elector can feel is modelled: clocks, API servers, lost and late messages,
managers that end and start, settings that differ from pod to pod as in a roll-out.
"""
