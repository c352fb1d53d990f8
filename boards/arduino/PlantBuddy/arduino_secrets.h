// What this board needs to know. `plantbuddy device add USER DEVICE --sketch` fills in all but the WiFi.
#define WIFI_SSID "your WiFi"
#define WIFI_PASSWORD "its password"

#define BROKER_HOST "192.168.1.10"
#define BROKER_PORT 1883
#define BROKER_TLS 0  // 1: encrypted, port 8883
#define BROKER_CA ""  // with BROKER_TLS 1: the certificate of who signed the broker's, as PEM

#define BUDDY_USER "rick"
#define BUDDY_DEVICE "01"
#define BUDDY_TOKEN "printed once by plantbuddy device add"
