using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.Logging;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Logs calls with one answer that took longer than the threshold, in etcd's words (<c>--warning-unary-request-duration</c>).
/// Values are left out: they may be secrets, and they may be large.
/// </summary>
public sealed class SlowRequests(TimeSpan threshold, LogWriter log, TimeProvider time)
{
    private const int ContentCharsMax = 256;

    /// <summary>Called when the answer is written and the request can still be read.</summary>
    internal void Answered(GrpcCall call, long startedAt)
    {
        var took = Stopwatch.GetElapsedTime(startedAt);
        if (took <= threshold || call.Method.Type != GrpcMethodType.Unary)
        {
            return;
        }

        log.Write(
            LogSeverity.Warn,
            "grpc",
            "request stats",
            ("start time", (time.GetUtcNow() - took).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
            ("time spent", string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.###}ms")),
            ("remote", call.RemoteEndPoint?.ToString() ?? "No remote client info."),
            ("response type", call.Method.Path),
            ("request size", call.Request.Length),
            ("response size", call.SentBytes),
            ("request content", ContentOf(call)));
    }

    private static string ContentOf(GrpcCall call)
    {
        if (call.Request.IsEmpty)
        {
            return string.Empty;
        }

        try
        {
            return call.Method.Path switch
            {
                "/etcdserverpb.KV/Range" => Keys(KvCodec.ReadRange(Copy(call))),
                "/etcdserverpb.KV/Put" => Keys(KvCodec.ReadPut(Copy(call)).Key, default),
                "/etcdserverpb.KV/DeleteRange" => Keys(KvCodec.ReadDeleteRange(Copy(call))),
                _ => string.Empty,
            };
        }
        catch (MalformedMessageException)
        {
            return string.Empty;
        }
    }

    private static ReadOnlyMemory<byte> Copy(GrpcCall call) => call.Request.ToArray();

    private static string Keys(RangeRequest range) => Keys(range.Key, range.RangeEnd);

    private static string Keys(DeleteRangeRequest delete) => Keys(delete.Key, delete.RangeEnd);

    private static string Keys(Bytes key, Bytes end)
        => end.IsEmpty ? $"key:\"{Text(key)}\"" : $"key:\"{Text(key)}\" range_end:\"{Text(end)}\"";

    private static string Text(Bytes bytes)
    {
        var text = bytes.ToString();
        return text.Length <= ContentCharsMax ? text : text[..ContentCharsMax];
    }
}
