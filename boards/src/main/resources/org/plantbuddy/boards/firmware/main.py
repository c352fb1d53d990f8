# Plant Buddy on MicroPython: soil moisture at pin 34 of an ESP32, once a minute. Topics end in the sensor's name.
# Once, in the board's console and with WiFi: import mip; mip.install("umqtt.simple")

import network
import time
from machine import ADC, Pin
from umqtt.simple import MQTTClient
{{#tls}}import ssl

WIFI = ("your WiFi", "its password")
HOST = {{host}}
PORT = {{port|bare}}
USER = {{username}}
PASSWORD = {{password}}
TOPIC = {{topic}}
{{#authority}}CA = """
{{#authority}}{{pem}}
{{#authority}}"""

soil = ADC(Pin(34), atten=ADC.ATTN_11DB)
DRY, WET = 2800, 1200  # millivolts in dry air, and in water


def soil_moisture():
    return (DRY - soil.read_uv() / 1000) / (DRY - WET) * 100


def connect():
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    if not wlan.isconnected():
        wlan.connect(*WIFI)
        while not wlan.isconnected():
            time.sleep(1)
{{#plain}}    client = MQTTClient(USER, HOST, PORT, USER, PASSWORD, keepalive=120)
{{#tls}}    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
{{#tls}}    tls.verify_mode = ssl.CERT_REQUIRED
{{#authority}}    tls.load_verify_locations(cadata=CA)
{{#tls}}    client = MQTTClient(USER, HOST, PORT, USER, PASSWORD, keepalive=120, ssl=tls)
    client.set_last_will(TOPIC + "/status", "offline", retain=True, qos=1)
    client.connect()
    client.publish(TOPIC + "/status", "online", retain=True, qos=1)
    return client


client = None
while True:
    try:
        client = client or connect()
        client.publish(TOPIC + "/soil_moisture", "%.1f" % soil_moisture(), qos=1)
    except OSError as problem:
        print("not sent:", problem)
        client = None
    time.sleep(60)
