/** The names of users, boards and sensors, and the MQTT topics made of them. */
@NullMarked
package org.plantbuddy.topic;

import org.jspecify.annotations.NullMarked;
