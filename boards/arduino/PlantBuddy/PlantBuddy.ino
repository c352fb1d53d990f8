// Plant Buddy: five sensors of a plant, published over MQTT at QoS 1.
//
// Boards: Uno R4 WiFi, MKR WiFi 1010, Nano 33 IoT, Uno WiFi Rev2, ESP32, ESP8266.
// Libraries (Library Manager): ArduinoMqttClient; "DHT sensor library" unless HAS_DHT is 0; on boards with a
// NINA module WiFiNINA.
// Wiring: soil moisture A0, photoresistor A1, 10k thermistor in the soil A2, DHT11 on pin 2. A missing DHT reads as
// not a number, and is not sent.
//
// The loop does not wait for anything but the network's own calls (a few seconds at most): while WiFi or broker are
// away it goes on measuring and keeps the newest reading of each sensor until the broker has acknowledged it.

#include "arduino_secrets.h"

#if defined(ARDUINO_ARCH_ESP32)
#include <WiFi.h>
#if BROKER_TLS
#include <WiFiClientSecure.h>
#endif
#elif defined(ARDUINO_ARCH_ESP8266)
#include <ESP8266WiFi.h>
#if BROKER_TLS
#include <WiFiClientSecure.h>
#include <time.h>
#endif
#elif defined(ARDUINO_UNOWIFIR4)
#include <WiFiS3.h>
#else
#include <WiFiNINA.h>
#endif
#include <ArduinoMqttClient.h>

#ifndef HAS_DHT
#define HAS_DHT 1
#endif
#if HAS_DHT
#include <DHT.h>
DHT dht(2, DHT11);
#endif

// ESP boards measure in 12 bits, the others in 10. An ESP8266 has only A0: soil moisture is all it can tell.
#if defined(ARDUINO_ARCH_ESP32)
const float ADC_FULL = 4095.0f;
#else
const float ADC_FULL = 1023.0f;
#endif
#if defined(ARDUINO_ARCH_ESP8266)
const bool ONE_ANALOG_PIN = true;
#define LIGHT_PIN A0
#define THERMISTOR_PIN A0
#else
const bool ONE_ANALOG_PIN = false;
#define LIGHT_PIN A1
#define THERMISTOR_PIN A2
#endif
#define SOIL_PIN A0

// Over TLS the board takes nobody for the broker whose certificate BROKER_CA has not signed. Boards with a NINA module are
// given that certificate by the firmware updater of the Arduino IDE instead.
#if BROKER_TLS && defined(ARDUINO_ARCH_ESP32)
WiFiClientSecure net;
#elif BROKER_TLS && defined(ARDUINO_ARCH_ESP8266)
BearSSL::X509List authority(BROKER_CA);
BearSSL::WiFiClientSecure net;
#elif BROKER_TLS
WiFiSSLClient net;
#else
WiFiClient net;
#endif
MqttClient mqtt(net);

const unsigned long MEASURE_EVERY_MS = 60000;
const unsigned long FIRST_PAUSE_MS = 1000;
const unsigned long LONGEST_PAUSE_MS = 60000;
const unsigned long NETWORK_TIMEOUT_MS = 5000;
const unsigned long KEEP_ALIVE_MS = 30000;

const char USERNAME[] = BUDDY_USER "/" BUDDY_DEVICE;
const char TOPICS[] = "plantbuddy/" BUDDY_USER "/" BUDDY_DEVICE "/";
const char STATUS_TOPIC[] = "plantbuddy/" BUDDY_USER "/" BUDDY_DEVICE "/status";

struct Sensor {
  const char *name;
  float (*read)();
  int decimals;
  float reading;
  bool waiting;  // measured, and not yet acknowledged by the broker
};

float soilMoisture() { return 100.0f * analogRead(SOIL_PIN) / ADC_FULL; }

float light() { return ONE_ANALOG_PIN ? NAN : 100.0f * analogRead(LIGHT_PIN) / ADC_FULL; }

// Thermistor of 10 kOhm at 25 degrees with B = 3950, against a resistor of 10 kOhm to ground.
float soilTemp() {
  int raw = analogRead(THERMISTOR_PIN);
  if (ONE_ANALOG_PIN || raw <= 0 || raw >= ADC_FULL) {
    return NAN;
  }
  float ratio = ADC_FULL / raw - 1.0f;
  return 1.0f / (log(ratio) / 3950.0f + 1.0f / 298.15f) - 273.15f;
}

float humidity() {
#if HAS_DHT
  return dht.readHumidity();
#else
  return NAN;
#endif
}

float airTemp() {
#if HAS_DHT
  return dht.readTemperature();
#else
  return NAN;
#endif
}

Sensor sensors[] = {
    {"light", light, 0, NAN, false},
    {"soil_moisture", soilMoisture, 0, NAN, false},
    {"humidity", humidity, 0, NAN, false},
    {"soil_temp", soilTemp, 1, NAN, false},
    {"air_temp", airTemp, 1, NAN, false},
};

// Waits between attempts twice as long each time, with jitter: boards that lost the same broker return one by one.
struct Backoff {
  unsigned long pause;
  unsigned long next;

  bool isOver() const { return (long)(millis() - next) >= 0; }

  void failed() {
    next = millis() + pause / 2 + random(pause / 2 + 1);
    pause = pause < LONGEST_PAUSE_MS / 2 ? pause * 2 : LONGEST_PAUSE_MS;
  }

  void succeeded() { pause = FIRST_PAUSE_MS; }
};

Backoff wifiBackoff = {FIRST_PAUSE_MS, 0};
Backoff brokerBackoff = {FIRST_PAUSE_MS, 0};
unsigned long lastMeasured = 0;
bool measured = false;

void setup() {
  Serial.begin(115200);
  randomSeed(analogRead(SOIL_PIN) + micros());
#if HAS_DHT
  dht.begin();
#endif
#if BROKER_TLS && (defined(ARDUINO_ARCH_ESP32) || defined(ARDUINO_UNOWIFIR4))
  net.setCACert(BROKER_CA);
#elif BROKER_TLS && defined(ARDUINO_ARCH_ESP8266)
  configTime(0, 0, "pool.ntp.org");  // it checks from when and until when a certificate is valid
  net.setTrustAnchors(&authority);
#endif
  mqtt.setId(BUDDY_DEVICE);
  mqtt.setUsernamePassword(USERNAME, BUDDY_TOKEN);
  mqtt.setKeepAliveInterval(KEEP_ALIVE_MS);
  mqtt.setConnectionTimeout(NETWORK_TIMEOUT_MS);
}

void loop() {
  measureWhenDue();
  if (isWifiUp() && isBrokerThere()) {
    mqtt.poll();
    sendOneReading();
  }
}

void measureWhenDue() {
  if (measured && millis() - lastMeasured < MEASURE_EVERY_MS) {
    return;
  }
  measured = true;
  lastMeasured = millis();
  for (Sensor &sensor : sensors) {
    float reading = sensor.read();
    if (!isnan(reading)) {
      sensor.reading = reading;
      sensor.waiting = true;
    }
  }
}

bool isWifiUp() {
  if (WiFi.status() == WL_CONNECTED) {
    wifiBackoff.succeeded();
    return true;
  }
  if (wifiBackoff.isOver()) {
    Serial.println("connecting to WiFi");
    WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
    wifiBackoff.failed();
  }
  return false;
}

bool isBrokerThere() {
  if (mqtt.connected()) {
    return true;
  }
  if (!brokerBackoff.isOver()) {
    return false;
  }
  // The broker says `offline` for us once it misses us.
  mqtt.beginWill(STATUS_TOPIC, strlen("offline"), true, 1);
  mqtt.print("offline");
  mqtt.endWill();
  if (mqtt.connect(BROKER_HOST, BROKER_PORT) && publish(STATUS_TOPIC, "online", true)) {
    Serial.println("connected to the broker");
    brokerBackoff.succeeded();
    return true;
  }
  Serial.print("no connection to the broker, error ");
  Serial.println(mqtt.connectError());
  mqtt.stop();
  brokerBackoff.failed();
  return false;
}

// True once the broker has acknowledged it.
bool publish(const char *topic, const char *payload, bool retained) {
  mqtt.beginMessage(topic, retained, 1);
  mqtt.print(payload);
  return mqtt.endMessage();
}

// One in each turn of the loop, so that measuring never waits for more than one acknowledgement.
void sendOneReading() {
  for (Sensor &sensor : sensors) {
    if (sensor.waiting) {
      char topic[sizeof(TOPICS) + 32];
      strcpy(topic, TOPICS);
      strcat(topic, sensor.name);
      mqtt.beginMessage(topic, false, 1);
      mqtt.print(sensor.reading, sensor.decimals);
      sensor.waiting = !mqtt.endMessage();
      if (sensor.waiting) {
        mqtt.stop();  // not acknowledged in time: start over, and send it again
        brokerBackoff.failed();
      }
      return;
    }
  }
}
