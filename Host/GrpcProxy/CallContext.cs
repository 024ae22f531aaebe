using System.Text;
using ActorEtcd.Host.Grpc;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>What of a client's call goes along to the cluster: who it is, how long it waits and whether it is still there.</summary>
internal sealed class CallContext
{
    private const string TokenName = "token";
    private const int MetadataBytesMax = 8 * 1024;

    private static readonly string[] Names = [TokenName, "authorization", "hasleader", "client-api-version", "traceparent"];

    private readonly long? _deadlineAt;

    private CallContext(IReadOnlyList<KeyValuePair<string, string>>? metadata, TimeSpan? timeout, CancellationToken cancellation)
    {
        Metadata = metadata;
        Cancellation = cancellation;
        _deadlineAt = timeout is { } span ? Environment.TickCount64 + (long)Math.Ceiling(span.TotalMilliseconds) : null;
    }

    public IReadOnlyList<KeyValuePair<string, string>>? Metadata { get; }

    /// <summary>Who the client shows to be; what one may see is nothing that another gets to see.</summary>
    public string Identity => Metadata is null
        ? string.Empty
        : string.Join('\n', Metadata.Where(static pair => pair.Key is TokenName or "authorization").Select(static pair => pair.Value));

    public CancellationToken Cancellation { get; }

    /// <summary>The time left; null for any.</summary>
    public TimeSpan? Remaining => _deadlineAt is { } at
        ? TimeSpan.FromMilliseconds(Math.Max(1, at - Environment.TickCount64))
        : null;

    public bool IsOver => _deadlineAt is { } at && Environment.TickCount64 >= at;

    /// <exception cref="GrpcStatusException">The client sends more metadata than fits a request's headers.</exception>
    public static CallContext Of(GrpcCall call) => new(MetadataOf(call), call.Remaining, call.CancellationToken);

    /// <summary>For the proxy's own calls.</summary>
    public static CallContext Own(TimeSpan? timeout, CancellationToken cancellation, bool requiresLeader = false)
        => new(requiresLeader ? [new("hasleader", "true")] : null, timeout, cancellation);

    private static List<KeyValuePair<string, string>>? MetadataOf(GrpcCall call)
    {
        List<KeyValuePair<string, string>>? found = null;
        var size = 0;
        foreach (var name in Names)
        {
            if (call.RequestHeaders.TryGetValue(name, out StringValues values) && values.Count > 0)
            {
                var value = values[0] ?? string.Empty;
                size += name.Length + Encoding.UTF8.GetByteCount(value);
                (found ??= []).Add(new(name, value));
            }
        }

        return size <= MetadataBytesMax
            ? found
            : throw new GrpcStatusException(StatusCode.ResourceExhausted, $"metadata of {size} bytes is more than the proxy passes on ({MetadataBytesMax})");
    }
}
