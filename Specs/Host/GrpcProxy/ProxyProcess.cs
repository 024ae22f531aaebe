using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Text.RegularExpressions;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Discovery;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>A process of <c>grpc-proxy start</c>, etcd's or ours.</summary>
internal sealed partial class ProxyProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ExitWithin = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Queue<string> _log = new();

    private ProxyProcess(ProcessStartInfo start, int port)
    {
        Port = port;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string Endpoint => $"127.0.0.1:{Port}";

    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts one before the endpoints; returns when it has passed a read on.</summary>
    public static async Task<ProxyProcess> StartAsync(ServerKind kind, string endpoints, params string[] arguments)
    {
        ProxyProcess proxy = Start(kind, endpoints, arguments);
        try
        {
            await proxy.WaitUntilReadyAsync();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts ours before the endpoints that a name server knows; returns when it has passed a read on.</summary>
    public static async Task<ProxyProcess> StartAsync(DnsServer dns, params string[] arguments)
    {
        ProxyProcess proxy = Start(ServerKind.ActorEtcd, "127.0.0.1:1", dns.Address, arguments);
        try
        {
            await proxy.WaitUntilReadyAsync();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one without waiting.</summary>
    public static ProxyProcess Start(ServerKind kind, string endpoints, params string[] arguments) => Start(kind, endpoints, null, arguments);

    private static ProxyProcess Start(ServerKind kind, string endpoints, string? nameServer, string[] arguments)
    {
        int port = FreePorts.Next();
        ProcessStartInfo start = kind == ServerKind.Etcd ? new ProcessStartInfo(EtcdProcess.Binary) : ActorEtcdProcess.Executable();
        string address = $"127.0.0.1:{port}";
        foreach (string argument in (string[])["grpc-proxy", "start", "--listen-addr", address, "--endpoints", endpoints, "--advertise-client-url", address, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        if (nameServer is not null)
        {
            start.Environment[SrvQuery.ServersVariable] = nameServer;
        }

        return new ProxyProcess(start, port);
    }

    /// <summary>The exit code of one that ends by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(ReadyWithin);
        return _process.ExitCode;
    }

    public Task<GrpcChannel> ConnectAsync() => GrpcChannel.ConnectAsync("127.0.0.1", Port);

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(ExitWithin);
        await _process.WaitForExitAsync().WaitAsync(ExitWithin);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(ExitWithin);
        }

        _process.Dispose();
    }

    /// <summary>What a path over HTTP answers.</summary>
    public static async Task<string> GetAsync(string endpoint, string path)
    {
        using var http = new HttpClient { Timeout = ExitWithin };
        return await http.GetStringAsync(new Uri($"http://{endpoint}{path}"));
    }

    /// <summary>A proxy that waits for a second in vain for a member that stands still is not healthy just then.</summary>
    public static Task IsHealthyAsync(string endpoint, string path) => Poll.UntilAsync($"{path} to be healthy", ReadyWithin, async () =>
        await GetAsync(endpoint, path) == """{"health":"true","reason":""}""");

    /// <summary>The value of a series that has no labels, or of the labels given with its name.</summary>
    public static async Task<double> MetricAsync(string endpoint, string path, string series)
    {
        string text = await GetAsync(endpoint, path);
        foreach (Match line in Sample().Matches(text))
        {
            if (line.Groups[1].Value == series)
            {
                return double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }

    private Task WaitUntilReadyAsync() => Poll.UntilAsync("the proxy to pass a read on", ReadyWithin, async () =>
    {
        if (_process.HasExited)
        {
            throw new ServerExitedException($"the proxy exited with {_process.ExitCode}\n{Log}");
        }

        await using GrpcChannel channel = await ConnectAsync();
        try
        {
            await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("\0") }, TimeSpan.FromSeconds(5));
        }
        catch (GrpcCallException refusal) when (refusal.Detail == "etcdserver: user name is empty")
        {
            // Users matter; it has been passed on.
        }

        return true;
    });

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.Enqueue(line ?? string.Empty);
            if (_log.Count > 300)
            {
                _log.Dequeue();
            }
        }
    }

    [GeneratedRegex(@"^([a-z][^\s]*) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
