/** When a reading is wrong: alerts, the thresholds behind them, and what nobody wants to be told of. */
@NullMarked
package org.plantbuddy.web.alerts;

import org.jspecify.annotations.NullMarked;
