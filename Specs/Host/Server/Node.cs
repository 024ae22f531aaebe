using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Directory and ports of a cluster of one, and short forms of what specs do with it.</summary>
internal sealed class Node : IDisposable
{
    private readonly TempDir _dir = new();

    public int ClientPort { get; init; } = FreePorts.Next();

    public int PeerPort { get; init; } = FreePorts.Next();

    public string Directory => _dir.Path;

    public string DataDir => Path.Combine(_dir.Path, "data");

    public string MemberDir => Path.Combine(DataDir, "member");

    public string ClientUrl => $"http://127.0.0.1:{ClientPort}";

    public string PeerUrl => $"http://127.0.0.1:{PeerPort}";

    /// <summary>The usual command line, and what a spec adds; a flag that comes again wins.</summary>
    public string[] Arguments(params string[] more) =>
    [
        "--data-dir", DataDir,
        "--listen-client-urls", ClientUrl,
        "--advertise-client-urls", ClientUrl,
        "--listen-peer-urls", PeerUrl,
        "--initial-advertise-peer-urls", PeerUrl,
        "--initial-cluster", $"default={PeerUrl}",
        .. more,
    ];

    public Task<ServerRun> ServeAsync(params string[] more) => ServerRun.ServingAsync(Arguments(more));

    public Task<GrpcChannel> ConnectAsync() => GrpcChannel.ConnectAsync(
        "127.0.0.1", ClientPort, GrpcChannelOptions.Default with { ConnectTimeout = TimeSpan.FromSeconds(30) });

    public async Task PutAsync(string key, string value)
    {
        await using GrpcChannel channel = await ConnectAsync();
        await PutAsync(channel, key, value);
    }

    public static async Task PutAsync(GrpcChannel channel, string key, string value) => await channel.UntilDoneAsync(
        EtcdMethods.Put,
        new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) });

    /// <summary>All keys and values in key order, as <c>key=value</c>, read linearizably.</summary>
    public async Task<string[]> ContentAsync()
    {
        await using GrpcChannel channel = await ConnectAsync();
        RangeResponse all = await channel.UntilDoneAsync(
            EtcdMethods.Range,
            new RangeRequest { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0) });
        return [.. all.Kvs.Select(kv => $"{kv.Key.ToStringUtf8()}={kv.Value.ToStringUtf8()}")];
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(90) };
        using HttpResponseMessage answer = await http.GetAsync(new Uri(ClientUrl + path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _dir.Dispose();
}
