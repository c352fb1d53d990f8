#pragma once
#include "Arduino.h"
enum { WL_IDLE_STATUS, WL_CONNECTED = 3 };
struct Client {};
struct WiFiClient : Client {};
struct WiFiSSLClient : WiFiClient {};
struct AnyWiFi {
  int status();
  int begin(const char *ssid, const char *password);
};
extern AnyWiFi WiFi;
