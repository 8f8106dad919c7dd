// An SMSC made of the npm package `smpp`, written by others than the library we send with.
// Prints its port, then one JSON line for each submit_sm as that package reads it; answers,
// reports delivery, and sends a reply from the phone.
const smpp = require("smpp");

let names = 0;

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    const right = pdu.system_id === "motcua" && pdu.password === "bi-mat";
    session.send(pdu.response({ command_status: right ? 0 : smpp.ESME_RBINDFAIL }));
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on("submit_sm", (pdu) => {
    const name = `node-${++names}`;
    const body = pdu.short_message;
    console.log(
      JSON.stringify({
        at: Date.now() / 1000,
        to: pdu.destination_addr,
        from: pdu.source_addr,
        text: body.message ?? "",
        udh: (body.udh ?? []).map((element) => [...element]),
        coding: pdu.data_coding,
      }),
    );
    session.send(pdu.response({ message_id: name }));
    session.deliver_sm({
      esm_class: 4,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      short_message: `id:${name} sub:001 dlvrd:001 submit date:2611240905 done date:2611240906 stat:DELIVRD err:000 text:`,
      receipted_message_id: name,
      message_state: 2,
    });
    if (names === 1) {
      session.deliver_sm({
        source_addr: pdu.destination_addr,
        destination_addr: "8200",
        data_coding: 8,
        short_message: "Tôi xuống ngay",
      });
    }
  });
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
