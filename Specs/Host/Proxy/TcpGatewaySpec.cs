using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Proxy;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Proxy;

public sealed class TcpGatewaySpec : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly LogWriter _log = new(Stream.Null, LogSeverity.Info, json: true, TimeProvider.System);

    [Fact]
    public async Task Connections_are_shared_and_what_is_said_after_an_end_still_arrives()
    {
        using var a = new Speaker("a");
        using var b = new Speaker("b");
        await using var gateway = Start(TimeSpan.FromMinutes(1), a.Record(), b.Record());

        var answers = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            answers.Add(await AskAsync(gateway));
        }

        Assert.Equal(["a: hello", "a: hello", "b: hello", "b: hello"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Endpoint_that_cannot_be_reached_is_left_out_until_it_can()
    {
        using var a = new Speaker("a");
        int port = FreePorts.Next();
        await using var gateway = Start(TimeSpan.FromMilliseconds(50), a.Record(), new SrvRecord(0, 0, port, "127.0.0.1"));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("a: hello", await AskAsync(gateway));
        }

        using var b = new Speaker("b", port);
        await Poll.UntilAsync("an answer of the endpoint that came back", Within, async () => await AskAsync(gateway) == "b: hello");
    }

    [Fact]
    public async Task Lower_priority_goes_first_and_the_next_serves_when_it_is_away()
    {
        using var b = new Speaker("b");
        using (var a = new Speaker("a"))
        {
            await using var gateway = Start(TimeSpan.FromMinutes(1), b.Record(priority: 2), a.Record(priority: 1, weight: 5));
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal("a: hello", await AskAsync(gateway));
            }
        }

        await using var other = Start(TimeSpan.FromMinutes(1), b.Record(priority: 2), new SrvRecord(1, 5, FreePorts.Next(), "127.0.0.1"));
        Assert.Equal("b: hello", await AskAsync(other));
    }

    [Fact]
    public async Task Connection_ends_when_nobody_can_be_reached()
    {
        await using var gateway = Start(TimeSpan.FromMinutes(1), new SrvRecord(0, 0, FreePorts.Next(), "127.0.0.1"));
        Assert.Equal(string.Empty, await AskAsync(gateway));
    }

    [Fact]
    public async Task Command_passes_a_client_on_and_ends_with_the_signal()
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        int port = FreePorts.Next();
        var start = ActorEtcdProcess.Executable();
        foreach (string argument in new[] { "gateway", "start", "--listen-addr", $"127.0.0.1:{port}", "--endpoints", server.Process.Settings.ClientUrl })
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardError = true;
        using var gateway = System.Diagnostics.Process.Start(start)!;
        try
        {
            Task<string> first = gateway.StandardError.ReadLineAsync().WaitAsync(Within)!;
            Assert.Contains("ready to proxy client requests", await first, StringComparison.Ordinal);
            await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", port);
            await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("through") });
            RangeResponse range = await server.Channel.UnaryAsync(
                EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("through") });
            Assert.Equal(1, range.Count);
        }
        finally
        {
            using var kill = System.Diagnostics.Process.Start("kill", [gateway.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync().WaitAsync(Within);
            await gateway.WaitForExitAsync().WaitAsync(Within);
        }

        Assert.Equal(0, gateway.ExitCode);
    }

    public void Dispose() => _log.Dispose();

    private TcpGateway Start(TimeSpan retryDelay, params SrvRecord[] endpoints)
        => TcpGateway.Start(new IPEndPoint(IPAddress.Loopback, 0), endpoints, retryDelay, _log);

    // Says hello and that this is all; then reads all that is answered.
    private static async Task<string> AskAsync(TcpGateway gateway)
    {
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)gateway.EndPoint).WaitAsync(Within);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync("hello"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync().WaitAsync(Within);
        }
        catch (IOException)
        {
            // Ended before all was read.
            return string.Empty;
        }
    }

    /// <summary>Waits for all that a client says, and answers it with its own name.</summary>
    private sealed class Speaker : IDisposable
    {
        private readonly TcpListener _listener;
        private readonly string _name;

        public Speaker(string name, int port = 0)
        {
            _name = name;
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Start();
            _ = ServeAsync();
        }

        public SrvRecord Record(int priority = 0, int weight = 0)
            => new(priority, weight, ((IPEndPoint)_listener.LocalEndpoint).Port, "127.0.0.1");

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                    string said = await reader.ReadToEndAsync();
                    await client.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(said.Length == 0 ? said : $"{_name}: {said}"));
                }
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or IOException)
            {
                // The spec is over.
            }
        }
    }
}
