#pragma once
enum { DHT11 = 11 };
struct DHT {
  DHT(int pin, int type);
  void begin();
  float readHumidity();
  float readTemperature();
};
