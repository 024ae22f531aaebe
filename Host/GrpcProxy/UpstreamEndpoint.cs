using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>One endpoint of the cluster with the one connection to it, which is made anew when it is lost.</summary>
internal sealed class UpstreamEndpoint(CtlEndpoint endpoint, GrpcChannelOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private GrpcChannel? _channel;
    private Task<GrpcChannel>? _connecting;
    private long _restsUntil;
    private long _suspectUntil;
    private bool _isDisposed;

    public CtlEndpoint Endpoint => endpoint;

    /// <summary>The connection, if it takes calls right now.</summary>
    public GrpcChannel? Ready => Volatile.Read(ref _channel) is { TakesCalls: true } open ? open : null;

    /// <summary>Whether a call ran out of time here a moment ago: others go first.</summary>
    public bool IsSuspect => Environment.TickCount64 < Volatile.Read(ref _suspectUntil);

    public void Suspect(TimeSpan time) => Volatile.Write(ref _suspectUntil, Environment.TickCount64 + (long)time.TotalMilliseconds);

    /// <summary>Begins to connect unless that is under way, done, or has failed just now. Never waits.</summary>
    public void Wake()
    {
        if (Ready is null && Environment.TickCount64 >= Volatile.Read(ref _restsUntil))
        {
            // Whoever needs the connection asks for the outcome itself.
            _ = ConnectAsync().ContinueWith(static attempt => _ = attempt.Exception, TaskScheduler.Default);
        }
    }

    /// <summary>The connection, or the attempt that is under way, or a new one.</summary>
    public Task<GrpcChannel> ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return Ready is { } ready ? Task.FromResult(ready)
                : _connecting is { IsCompleted: false } running ? running
                : _connecting = DialAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<GrpcChannel>? connecting;
        lock (_gate)
        {
            _isDisposed = true;
            connecting = _connecting;
        }

        try
        {
            await (connecting ?? Task.CompletedTask);
        }
        catch (GrpcCallException)
        {
            // Nothing to close.
        }

        await (_channel?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task<GrpcChannel> DialAsync()
    {
        try
        {
            // A connection that only takes no further calls is left to those that still run over it.
            var channel = await GrpcChannel.ConnectAsync(endpoint.Address, endpoint.Authority, options);
            Volatile.Write(ref _channel, channel);
            return channel;
        }
        catch (GrpcCallException)
        {
            Volatile.Write(ref _restsUntil, Environment.TickCount64 + (long)RestAfterFailure.TotalMilliseconds);
            throw;
        }
    }
}
