using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// A client that outlives servers: connects when needed, and moves on to the next member after a failure. Every
/// attempt is one request; whether a failed one took effect is unknown, and the caller decides about repeating it.
/// </summary>
public sealed class RetryingClient(Func<IReadOnlyList<MemberProcess>> members, int first = 0) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AttemptDeadline = TimeSpan.FromSeconds(5);

    private int _member = first;
    private GrpcChannel? _channel;

    public RetryingClient(IReadOnlyList<MemberProcess> members, int first = 0)
        : this(() => members, first)
    {
    }

    public async Task<TResponse> AttemptAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        try
        {
            GrpcChannel channel = await OpenAsync();
            return await channel.UnaryAsync(method, request, AttemptDeadline);
        }
        catch (GrpcCallException)
        {
            await CloseAsync();
            _member++;
            throw;
        }
    }

    /// <summary>Repeats an idempotent request until it succeeds.</summary>
    public Task<TResponse> UntilDoneAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan within)
        where TResponse : class
    {
        return Poll.UntilAsync<TResponse>(
            method.Path, within, async () => await AttemptAsync(method, request));
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
    }

    private async Task<GrpcChannel> OpenAsync()
    {
        if (_channel is not { IsOpen: true })
        {
            await CloseAsync();
            IReadOnlyList<MemberProcess> now = members();
            _channel = await now[_member % now.Count].ConnectAsync(ConnectWithin);
        }

        return _channel;
    }

    private async Task CloseAsync()
    {
        if (_channel != null)
        {
            await _channel.DisposeAsync();
            _channel = null;
        }
    }
}
