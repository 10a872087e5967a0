from bnlib.oracle.switches import Switch

SWITCHES: tuple[Switch, ...] = ()
