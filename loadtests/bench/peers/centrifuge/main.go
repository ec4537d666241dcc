// A minimal Centrifuge server to compare with: its memory broker, anonymous people, everybody may publish.
//
// It prints {"port": N} once it listens. With -history it keeps the last publications of each channel, so that those who
// come back can recover what they missed; without, nothing is kept. Compression is off, batching is as the library has it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
)

// Publications live long enough for any run.
const historyFor = 10 * time.Minute

func main() {
	history := flag.Int("history", 0, "publications kept of each channel; 0 keeps none")
	joinLeave := flag.Bool("join-leave", false, "tell the people of a channel who comes and goes")
	flag.Parse()

	node, err := centrifuge.New(centrifuge.Config{LogLevel: centrifuge.LogLevelError, LogHandler: complain})
	if err != nil {
		log.Fatal(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: ""}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(_ centrifuge.SubscribeEvent, reply centrifuge.SubscribeCallback) {
			reply(centrifuge.SubscribeReply{Options: centrifuge.SubscribeOptions{
				EnableRecovery: *history > 0,
				EmitJoinLeave:  *joinLeave,
				PushJoinLeave:  *joinLeave,
			}}, nil)
		})
		client.OnPublish(func(_ centrifuge.PublishEvent, reply centrifuge.PublishCallback) {
			options := centrifuge.PublishOptions{}
			if *history > 0 {
				options.HistorySize, options.HistoryTTL = *history, historyFor
			}
			reply(centrifuge.PublishReply{Options: options}, nil)
		})
		client.OnUnsubscribe(func(centrifuge.UnsubscribeEvent) {})
	})
	if err := node.Run(); err != nil {
		log.Fatal(err)
	}
	http.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		CheckOrigin:        func(*http.Request) bool { return true },
		UseWriteBufferPool: true,
	}))
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("{\"port\": %d}\n", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, nil))
}

func complain(entry centrifuge.LogEntry) {
	log.Println(entry.Message, entry.Fields)
}
