#pragma once
#include <cmath>
#include <cstring>
using std::isnan;
using std::log;
enum { A0, A1, A2 };
unsigned long millis();
unsigned long micros();
int analogRead(int pin);
long random(long below);
void randomSeed(unsigned long seed);
struct Print {
  unsigned long print(const char *text);
  unsigned long print(double number, int decimals);
  unsigned long println(const char *text);
  unsigned long println(int number);
};
struct SerialPort : Print {
  void begin(unsigned long baud);
};
extern SerialPort Serial;
