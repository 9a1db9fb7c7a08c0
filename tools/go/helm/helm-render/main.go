// Command helm-render does what `helm template` does, for one request after another: a test that
// renders once pays for rendering, not for another start of Helm. A line of JSON asks, a line of
// JSON answers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader"
	valuesloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	release "helm.sh/helm/v4/pkg/release/v1"
)

type request struct {
	Chart       string `json:"chart"`
	Release     string `json:"release"`
	Namespace   string `json:"namespace"`
	KubeVersion string `json:"kubeVersion"`
	Values      string `json:"values"` // a file of values, as text
}

type answer struct {
	Manifest string `json:"manifest"` // with the hooks, as `helm template` prints them
	Notes    string `json:"notes"`
	Error    string `json:"error"`
}

func main() {
	requests := json.NewDecoder(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		var asked request
		if err := requests.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		given, err := render(asked)
		if err != nil {
			given = answer{Error: err.Error()}
		}
		if err := answers.Encode(given); err != nil {
			log.Fatal(err)
		}
	}
}

func render(asked request) (answer, error) {
	version, err := common.ParseKubeVersion(asked.KubeVersion)
	if err != nil {
		return answer{}, err
	}
	values, err := valuesloader.LoadValues(strings.NewReader(asked.Values))
	if err != nil {
		return answer{}, err
	}
	// Loaded anew each time: rendering changes it.
	chart, err := loader.Load(asked.Chart)
	if err != nil {
		return answer{}, err
	}
	install := action.NewInstall(action.NewConfiguration())
	install.DryRunStrategy = action.DryRunClient
	install.ReleaseName = asked.Release
	install.Namespace = asked.Namespace
	install.KubeVersion = version
	done, err := install.RunWithContext(context.Background(), chart, values)
	if err != nil {
		return answer{}, err
	}
	rendered, ok := done.(*release.Release)
	if !ok {
		return answer{}, fmt.Errorf("a release of another kind: %T", done)
	}
	return answer{Manifest: manifest(rendered), Notes: rendered.Info.Notes}, nil
}

func manifest(rendered *release.Release) string {
	var text strings.Builder
	fmt.Fprintln(&text, strings.TrimSpace(rendered.Manifest))
	for _, hook := range rendered.Hooks {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return text.String()
}
