package org.plantbuddy.web.signin;

/**
 * Someone who is signed in.
 *
 * @param csrf what a request that changes something must carry, so that another site cannot make it
 * @param credentialStamp of the account when they signed in; once it differs the session is over
 */
public record Session(String user, String csrf, String credentialStamp) {}
