package org.plantbuddy.e2e.faults;

/** Each process, and all of them, killed while readings arrive. */
class KillsIT extends FaultsInShort {

    KillsIT() {
        super(Kill.class::isInstance);
    }
}
