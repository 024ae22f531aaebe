using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>One server with ports of every kind, and everything on that can be asked.</summary>
public sealed class PortsFixture : IAsyncLifetime, IDisposable
{
    private readonly Node _node = new();
    private ServerRun? _run;

    public int HttpPort { get; } = FreePorts.Next();

    public int MetricsPort { get; } = FreePorts.Next();

    internal Node Node => _node;

    internal ServerRun Run => _run!;

    public async Task InitializeAsync()
    {
        _run = await _node.ServeAsync(
            "--listen-client-http-urls", $"http://127.0.0.1:{HttpPort}",
            "--listen-metrics-urls", $"http://127.0.0.1:{MetricsPort}",
            "--socket-reuse-port",
            "--enable-pprof",
            "--metrics=extensive",
            "--warning-unary-request-duration=1us",
            "--experimental-warning-apply-duration=1ns",
            "--cors=http://a.example:80",
            "--host-whitelist=127.0.0.1");
        await _node.PutAsync("shown", "secret");
    }

    public async Task DisposeAsync()
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
        }
    }

    public void Dispose() => _node.Dispose();
}
