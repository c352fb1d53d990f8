#pragma once
#include "AnyWiFi.h"
#if defined(ARDUINO_ARCH_ESP8266)
namespace BearSSL {
struct X509List {
  explicit X509List(const char *pem);
};
struct WiFiClientSecure : WiFiClient {
  void setTrustAnchors(const X509List *authorities);
};
}  // namespace BearSSL
void configTime(int zone, int daylight, const char *server);
#else
struct WiFiClientSecure : WiFiClient {
  void setCACert(const char *pem);
};
#endif
