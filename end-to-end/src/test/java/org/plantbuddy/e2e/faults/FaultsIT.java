package org.plantbuddy.e2e.faults;

/** Everything that goes wrong without being killed. */
class FaultsIT extends FaultsInShort {

    FaultsIT() {
        super(fault -> !(fault instanceof Kill));
    }
}
