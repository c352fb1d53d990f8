package org.plantbuddy.accounts;

/**
 * What a user has and stores.
 *
 * @param operator whether the user sees the operator's page
 * @param invited whether a link to choose the password is still out
 * @param boards all that are known
 * @param boardsActive those with a password
 * @param today readings stored today (UTC), and how many may be
 */
public record Usage(String user, boolean operator, boolean invited, int boards, int boardsActive, DailyUse today) {}
