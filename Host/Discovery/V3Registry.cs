using System.Text;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Discovery;

/// <summary>A token as keys of the v3 API below <c>/_etcd/registry</c> (etcd: <c>api/v3discovery</c>).</summary>
internal sealed class V3Registry(DiscoveryOptions options) : IRegistry
{
    private readonly string _directory = $"/_etcd/registry/{options.Token}";
    private CtlClient? _client;

    private string MembersPrefix => _directory + "/members/";

    public Task<RegistryState> ReadAsync(CancellationToken cancellation) => AnsweringAsync(async client =>
    {
        var size = await client.CallAsync(
            EtcdMethods.Range, new RangeRequest { Key = Bytes(_directory + "/_config/size") }, options.RequestTimeout, isRead: true);
        var members = await client.CallAsync(
            EtcdMethods.Range, Prefixed(MembersPrefix), options.RequestTimeout, isRead: true);
        return new RegistryState(
            size.Kvs.Count == 0 ? null : size.Kvs[0].Value.ToStringUtf8().Trim(),
            [.. members.Kvs.Select(pair => new Registration(
                pair.Key.ToStringUtf8()[MembersPrefix.Length..].Trim(), pair.Value.ToStringUtf8().Trim(), pair.CreateRevision))],
            members.Header.Revision);
    });

    public Task RegisterAsync(string id, string text, CancellationToken cancellation) => AnsweringAsync(client => client.CallAsync(
        EtcdMethods.Put, new PutRequest { Key = Bytes(MembersPrefix + id), Value = Bytes(text) }, options.RequestTimeout));

    public Task WaitAsync(long after, CancellationToken cancellation) => AnsweringAsync(async client =>
    {
        var range = Prefixed(MembersPrefix);
        await using var watch = await client.StreamAsync(EtcdMethods.Watch);
        await watch.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = range.Key, RangeEnd = range.RangeEnd, StartRevision = after + 1 },
        });
        while (await watch.ReadAsync(cancellation) is { Events.Count: 0, Canceled: false })
        {
            // Created, or progress.
        }

        return 0;
    });

    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ByteString Bytes(string text) => ByteString.CopyFrom(text, Encoding.UTF8);

    private static RangeRequest Prefixed(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return new RangeRequest { Key = Bytes(prefix), RangeEnd = ByteString.CopyFrom(end) };
    }

    private async Task<T> AnsweringAsync<T>(Func<CtlClient, Task<T>> ask)
    {
        try
        {
            _client ??= await OpenAsync();
            return await ask(_client);
        }
        catch (Exception failure) when (failure is CtlRpcException or GrpcCallException or CtlException)
        {
            throw new RegistryUnavailableException(failure.Message, failure);
        }
    }

    private Task<CtlClient> OpenAsync()
    {
        var isSecure = !options.InsecureTransport || options.Certificate is not null || options.Authorities is not null;
        return CtlClient.OpenAsync(
            new CtlClientOptions
            {
                Endpoints = [.. options.Endpoints.Select(CtlEndpoint.Parse)],
                DialTimeout = options.DialTimeout,
                KeepAliveTime = options.KeepAliveTime,
                KeepAliveTimeout = options.KeepAliveTimeout,
                Tls = CtlTls.Load(
                    options.Certificate ?? string.Empty,
                    options.Key ?? string.Empty,
                    options.Authorities ?? string.Empty,
                    serverName: string.Empty,
                    options.InsecureSkipVerify,
                    isDefault: isSecure),
                User = options.User,
                Password = options.Password ?? string.Empty,
            },
            CtlConsole.Silent);
    }
}
