using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Telemetry;

/// <summary>The span that etcd 3.7 makes of a request beside that of its call, with what the request asks for.</summary>
internal sealed class OperationSpan
{
    private static readonly FrozenDictionary<string, OperationSpan> ByPath = new Dictionary<string, OperationSpan>
    {
        ["/etcdserverpb.KV/Range"] = New("range", RangeRequest.Parser, Describe),
        ["/etcdserverpb.KV/RangeStream"] = New("range_streaming", RangeRequest.Parser, Describe),
        ["/etcdserverpb.KV/Put"] = New("put", PutRequest.Parser, static (put, span) => span.SetTag("key", Text(put.Key))),
        ["/etcdserverpb.KV/DeleteRange"] = New("delete_range", DeleteRangeRequest.Parser, static (delete, span) => span
            .SetTag("range_begin", Text(delete.Key))
            .SetTag("range_end", Text(delete.RangeEnd))),
        ["/etcdserverpb.KV/Txn"] = New("txn", TxnRequest.Parser, Describe),
        ["/etcdserverpb.KV/Compact"] = New("compact", CompactionRequest.Parser, static (compaction, span) => span
            .SetTag("is_physical", compaction.Physical)
            .SetTag("rev", compaction.Revision)),
        ["/etcdserverpb.Lease/LeaseGrant"] = New("lease_grant", LeaseGrantRequest.Parser, static (grant, span) => span
            .SetTag("id", grant.ID)
            .SetTag("ttl", grant.TTL)),
        ["/etcdserverpb.Lease/LeaseRevoke"] = New("lease_revoke", LeaseRevokeRequest.Parser, static (revoke, span) => span
            .SetTag("id", revoke.ID)),
    }.ToFrozenDictionary();

    private readonly Action<ReadOnlySequence<byte>, Activity> _describe;

    private OperationSpan(string name, Action<ReadOnlySequence<byte>, Activity> describe)
    {
        Name = name;
        _describe = describe;
    }

    public string Name { get; }

    public static OperationSpan? Of(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>Tells the span what is asked for; a request that cannot be read tells nothing, and is refused elsewhere.</summary>
    public void Describe(ReadOnlySequence<byte> request, Activity span) => _describe(request, span);

    private static OperationSpan New<TRequest>(string name, MessageParser<TRequest> parser, Action<TRequest, Activity> describe)
        where TRequest : IMessage<TRequest>
        => new(name, (bytes, span) =>
        {
            try
            {
                describe(parser.ParseFrom(bytes), span);
            }
            catch (InvalidProtocolBufferException)
            {
                span.SetStatus(ActivityStatusCode.Error, "malformed request");
            }
        });

    private static void Describe(RangeRequest range, Activity span) => span
        .SetTag("range_begin", Text(range.Key))
        .SetTag("range_end", Text(range.RangeEnd))
        .SetTag("rev", range.Revision)
        .SetTag("limit", range.Limit)
        .SetTag("count_only", range.CountOnly)
        .SetTag("keys_only", range.KeysOnly);

    private static void Describe(TxnRequest txn, Activity span)
    {
        var first = txn.Success.FirstOrDefault();
        span
            .SetTag("compare_first_key", txn.Compare.Count > 0 ? Text(txn.Compare[0].Key) : string.Empty)
            .SetTag("success_first_key", Text(KeyOf(first)))
            .SetTag("success_first_type", TypeOf(first))
            .SetTag("success_first_lease", first?.RequestPut?.Lease ?? 0)
            .SetTag("compare_len", txn.Compare.Count)
            .SetTag("success_len", txn.Success.Count)
            .SetTag("failure_len", txn.Failure.Count)
            .SetTag("read_only", IsReadOnly(txn));
    }

    private static bool IsReadOnly(TxnRequest txn) => txn.Success.Concat(txn.Failure).All(static operation =>
        operation.RequestCase is RequestOp.RequestOneofCase.RequestRange
        || (operation.RequestTxn is { } nested && IsReadOnly(nested)));

    private static ByteString KeyOf(RequestOp? operation) =>
        operation?.RequestPut?.Key ?? operation?.RequestRange?.Key ?? operation?.RequestDeleteRange?.Key ?? ByteString.Empty;

    private static string TypeOf(RequestOp? operation) => operation?.RequestCase switch
    {
        RequestOp.RequestOneofCase.RequestPut => "put",
        RequestOp.RequestOneofCase.RequestRange => "range",
        RequestOp.RequestOneofCase.RequestDeleteRange => "delete_range",
        RequestOp.RequestOneofCase.RequestTxn => "txn",
        _ => string.Empty,
    };

    private static string Text(ByteString bytes) => bytes.ToStringUtf8();
}
