using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>A connection to one of the endpoints that is opened again, at the next endpoint, when it is lost.</summary>
internal sealed class BenchConnection : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(50);

    private readonly BenchOptions _options;
    private readonly SemaphoreSlim _opening = new(1);
    private GrpcChannel _channel;
    private int _endpoint;

    private BenchConnection(BenchOptions options, int endpoint, GrpcChannel channel)
    {
        _options = options;
        _endpoint = endpoint;
        _channel = channel;
    }

    public GrpcChannel Channel => Volatile.Read(ref _channel);

    public static async Task<BenchConnection> OpenAsync(BenchOptions options, int number)
    {
        int endpoint = number % options.Endpoints.Length;
        return new BenchConnection(options, endpoint, await BenchConnections.DialAsync(options, options.Endpoints[endpoint]));
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

            _endpoint = (_endpoint + 1) % _options.Endpoints.Length;
            await Channel.DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _channel, await BenchConnections.DialAsync(_options, _options.Endpoints[_endpoint]).ConfigureAwait(false));
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
}
