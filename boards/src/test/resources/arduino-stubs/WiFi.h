#include "AnyWiFi.h"
