// Command etcd is the etcd server. Its own main package lives in a module that cannot be
// required from outside (it replaces its siblings by local paths), but the server itself can.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
