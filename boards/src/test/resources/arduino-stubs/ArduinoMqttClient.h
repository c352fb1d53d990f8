#pragma once
#include <cstdint>
#include "AnyWiFi.h"
struct MqttClient : Print {
  explicit MqttClient(Client &client);
  void setId(const char *id);
  void setUsernamePassword(const char *username, const char *password);
  void setKeepAliveInterval(unsigned long millis);
  void setConnectionTimeout(unsigned long millis);
  int beginWill(const char *topic, unsigned short size, bool retain, uint8_t qos);
  int endWill();
  int beginMessage(const char *topic, bool retain = false, uint8_t qos = 0, bool dup = false);
  int endMessage();
  int connect(const char *host, uint16_t port);
  int connectError() const;
  uint8_t connected();
  void poll();
  void stop();
};
