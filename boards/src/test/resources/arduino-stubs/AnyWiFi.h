#pragma once
#include "Arduino.h"
enum { WL_IDLE_STATUS, WL_CONNECTED = 3 };
struct Client {};
struct WiFiClient : Client {};
struct WiFiSSLClient : WiFiClient {
#if defined(ARDUINO_UNOWIFIR4)
  void setCACert(const char *pem);
#endif
};
struct AnyWiFi {
  int status();
  int begin(const char *ssid, const char *password);
};
extern AnyWiFi WiFi;
