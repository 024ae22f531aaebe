using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>A connection to one of the endpoints that is opened again, at the next endpoint, when it is lost.</summary>
internal sealed class BenchConnection : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(50);

    private readonly (string Host, int Port)[] _endpoints;
    private readonly SemaphoreSlim _opening = new(1);
    private GrpcChannel _channel;
    private int _endpoint;

    private BenchConnection((string Host, int Port)[] endpoints, int endpoint, GrpcChannel channel)
    {
        _endpoints = endpoints;
        _endpoint = endpoint;
        _channel = channel;
    }

    public GrpcChannel Channel => Volatile.Read(ref _channel);

    public static async Task<BenchConnection> OpenAsync((string Host, int Port)[] endpoints, int number)
    {
        int endpoint = number % endpoints.Length;
        return new BenchConnection(endpoints, endpoint, await ConnectAsync(endpoints[endpoint]));
    }

    /// <summary>Returns when the connection is open or one attempt to open it has failed.</summary>
    public async Task ReopenAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Channel.IsOpen)
            {
                return;
            }

            _endpoint = (_endpoint + 1) % _endpoints.Length;
            await Channel.DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _channel, await ConnectAsync(_endpoints[_endpoint]).ConfigureAwait(false));
        }
        catch (GrpcCallException)
        {
            await Task.Delay(ReconnectPause).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        _opening.Dispose();
    }

    private static Task<GrpcChannel> ConnectAsync((string Host, int Port) endpoint)
    {
        return GrpcChannel.ConnectAsync(
            endpoint.Host, endpoint.Port, new GrpcChannelOptions { InlineContinuations = true });
    }
}
