package org.plantbuddy.web.boards;

import java.util.List;
import org.plantbuddy.accounts.DeniedRequest;

/**
 * What the broker denied a board, or its user's own clients, of one kind.
 *
 * @param kind such as {@code wrong-depth}
 * @param reason of the newest, with what to do
 * @param last epoch ms
 */
public record DeniedBody(String kind, String reason, long times, long last) {

    /** Of one board, in the same order; with no name those of the user's own clients. */
    public static List<DeniedBody> of(String device, List<DeniedRequest> ofUser) {
        return ofUser.stream()
                .filter(denied -> denied.device().equals(device))
                .map(denied -> new DeniedBody(
                        denied.kind(),
                        denied.reason(),
                        denied.times(),
                        denied.last().toEpochMilli()))
                .toList();
    }
}
