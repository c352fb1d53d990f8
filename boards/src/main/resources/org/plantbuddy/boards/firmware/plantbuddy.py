# Plant Buddy from any computer: a reading once a minute. Topics end in the sensor's name.
# Once: pip install paho-mqtt

{{#tls}}import ssl
import time

import paho.mqtt.client as mqtt

HOST = {{host}}
PORT = {{port|bare}}
USER = {{username}}
PASSWORD = {{password}}
TOPIC = {{topic}}
{{#authority}}CA = """
{{#authority}}{{pem}}
{{#authority}}"""


def soil_moisture():
    return 42  # ask the sensor here


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.username_pw_set(USER, PASSWORD)
{{#authority}}client.tls_set_context(ssl.create_default_context(cadata=CA))
{{#known}}client.tls_set_context(ssl.create_default_context())
client.will_set(TOPIC + "/status", "offline", qos=1, retain=True)
client.on_connect = lambda client, *_: client.publish(TOPIC + "/status", "online", qos=1, retain=True)
client.connect(HOST, PORT)
client.loop_start()
while True:
    client.publish(TOPIC + "/soil_moisture", soil_moisture(), qos=1).wait_for_publish()
    time.sleep(60)
