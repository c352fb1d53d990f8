package org.plantbuddy.web.signin;

import java.util.Optional;

/**
 * Someone who is signed in.
 *
 * @param csrf what a request that changes something must carry, so that another site cannot make it; empty where it comes
 *     with a token, which no other site has
 * @param credentialStamp of the account when they signed in; once it differs the session is over
 */
public record Session(String user, Optional<String> csrf, String credentialStamp) {}
