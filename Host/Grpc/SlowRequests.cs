using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.Logging;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Logs calls with one answer that took longer than the threshold, in etcd's words (<c>--warning-unary-request-duration</c>),
/// and reads that took longer than applying entries may (<c>--warning-apply-duration</c>). Values are left out: they may be
/// secrets, and they may be large.
/// </summary>
public sealed class SlowRequests(TimeSpan threshold, TimeSpan readThreshold, LogWriter log, TimeProvider time)
{
    private const int ContentCharsMax = 256;
    private const string RangePath = "/etcdserverpb.KV/Range";
    private const string TxnPath = "/etcdserverpb.KV/Txn";

    /// <summary>Called when the answer is written and the request can still be read.</summary>
    internal void Answered(GrpcCall call, long startedAt)
    {
        var took = Stopwatch.GetElapsedTime(startedAt);
        if (took > readThreshold)
        {
            TellRead(call, took);
        }

        if (took <= threshold || call.Method.Type != GrpcMethodType.Unary)
        {
            return;
        }

        log.Write(
            LogSeverity.Warn,
            "grpc",
            "request stats",
            ("start time", (time.GetUtcNow() - took).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
            ("time spent", Milliseconds(took)),
            ("remote", call.RemoteEndPoint?.ToString() ?? "No remote client info."),
            ("response type", call.Method.Path),
            ("request size", call.Request.Length),
            ("response size", call.SentBytes),
            ("request content", ContentOf(call)));
    }

    // etcd: warnOfExpensiveReadOnlyRangeRequest, warnOfExpensiveReadOnlyTxnRequest.
    private void TellRead(GrpcCall call, TimeSpan took)
    {
        var kind = call.Method.Path switch
        {
            RangePath => "read-only range ",
            TxnPath when ReadsOnly(call) => "read-only txn ",
            _ => null,
        };
        if (kind is null)
        {
            return;
        }

        log.Write(
            LogSeverity.Warn,
            "grpc",
            "apply request took too long",
            ("took", Milliseconds(took)),
            ("expected-duration", Milliseconds(readThreshold)),
            ("prefix", kind),
            ("request", ContentOf(call)),
            ("response", string.Create(CultureInfo.InvariantCulture, $"size:{call.SentBytes}")));
    }

    private static bool ReadsOnly(GrpcCall call)
    {
        try
        {
            return TxnReads.IsReadOnly(KvCodec.ReadTxn(Copy(call)));
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###}ms");

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
                RangePath => Keys(KvCodec.ReadRange(Copy(call))),
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
