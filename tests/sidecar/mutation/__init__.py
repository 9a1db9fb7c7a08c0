"""Break the deciding code in one place at a time: the tests are worth what they notice.

No library: mutmut (3.8) changes functions alone, and half of what decides here are tables and
constants of modules; it works in a folder of the checkout, and has no sample by a seed. cosmic-ray
(8.7) writes into the checkout. mutatest (3.1) has a sample and a seed, but is no longer kept and
changes neither tables nor members of enumerations. None runs a simulation after the tests.
"""
