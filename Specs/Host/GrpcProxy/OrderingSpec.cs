using System.Net;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>Serializable reads through a proxy before members of which one lags behind.</summary>
[Collection(ProcessCollection.Name)]
public sealed class OrderingSpec : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly LogWriter _log = new(Stream.Null, LogSeverity.Info, json: true, TimeProvider.System);
    private readonly List<IAsyncDisposable> _parts = [];
    private long _newest = 10;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _parts.Reverse();
        foreach (IAsyncDisposable part in _parts)
        {
            await part.DisposeAsync();
        }
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Reads_never_go_back_whichever_member_answers()
    {
        GrpcChannel channel = await StartAsync(isOrdered: true, await MemberAsync(() => _newest), await MemberAsync(static () => 5));
        long last = 0;
        for (int i = 0; i < 20; i++)
        {
            long revision = await ReadAsync(channel, i <= 10 ? $"k{i % 7}" : $"n{i}");
            Assert.True(revision >= last, $"{revision} after {last}");
            last = revision;
            if (i == 10)
            {
                _newest++;
            }
        }

        Assert.Equal(11, last);
    }

    [Fact]
    public async Task Proxy_that_starts_asks_for_the_newest_before_it_answers()
    {
        string[] consistent = ["linearizable", "serializable"];
        var asked = new List<string>();
        GrpcTestServer member = await MemberAsync(() => _newest, asked);
        GrpcChannel channel = await StartAsync(isOrdered: true, member);
        Assert.Equal(10, await ReadAsync(channel, "k"));
        Assert.Equal(consistent, asked);
    }

    [Fact]
    public async Task Member_that_lags_behind_alone_is_not_believed()
    {
        GrpcTestServer ahead = await MemberAsync(() => _newest);
        GrpcChannel channel = await StartAsync(isOrdered: true, ahead, await MemberAsync(static () => 5));
        int i = 0;
        await Poll.UntilAsync("an answer of the one ahead", Within, async () => await ReadAsync(channel, $"k{i++}") == 10);
        await ahead.StopAsync(TimeSpan.Zero);
        GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(() => ReadAsync(channel, "other"));
        Assert.Equal("etcdclient: no cluster members have a revision higher than the previously received revision", refusal.Detail);
    }

    [Fact]
    public async Task Without_the_flag_each_member_answers_as_it_is()
    {
        GrpcChannel channel = await StartAsync(isOrdered: false, await MemberAsync(() => _newest), await MemberAsync(static () => 5));
        var seen = new HashSet<long>();
        int i = 0;
        await Poll.UntilAsync("answers of both", Within, async () => seen.Add(await ReadAsync(channel, $"k{i++}")) && seen.Count == 2);
    }

    private static async Task<long> ReadAsync(GrpcChannel channel, string key)
    {
        var read = new RangeRequest { Key = ByteString.CopyFromUtf8(key), Serializable = true };
        return (await channel.UnaryAsync(EtcdMethods.Range, read, Within)).Header.Revision;
    }

    private async Task<GrpcTestServer> MemberAsync(Func<long> revision, List<string>? asked = null)
    {
        GrpcTestServer member = await GrpcTestServer.StartAsync(methods => methods.Unary(
            EtcdMethods.Kv,
            "Range",
            RangeRequest.Parser,
            (request, call) =>
            {
                asked?.Add(request.Serializable ? "serializable" : "linearizable");
                call.Respond(new RangeResponse { Header = new ResponseHeader { Revision = revision() } });
                return ValueTask.CompletedTask;
            }));
        _parts.Add(member);
        return member;
    }

    private async Task<GrpcChannel> StartAsync(bool isOrdered, params GrpcTestServer[] members)
    {
        int port = FreePorts.Next();
        GrpcProxyServer proxy = await GrpcProxyServer.StartAsync(
            new GrpcProxyOptions
            {
                Endpoints = [.. members.Select(static member => CtlEndpoint.Parse(member.EndPoint.ToString()))],
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                AdvertiseClientUrl = $"127.0.0.1:{port}",
                OrdersSerializableReads = isOrdered,
            },
            _log);
        _parts.Add(proxy);
        GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", port);
        _parts.Add(channel);
        return channel;
    }
}
