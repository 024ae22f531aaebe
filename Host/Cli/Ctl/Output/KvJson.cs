using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>The answers about keys as JSON.</summary>
internal static class KvJson
{
    public static void Header(JsonText json, ResponseHeader? header)
    {
        if (header != null)
        {
            json.Begin("header");
            HeaderFields(json, header);
            json.End();
        }
    }

    public static void HeaderFields(JsonText json, ResponseHeader? header)
    {
        if (header != null)
        {
            json.Field("cluster_id", header.ClusterId)
                .Field("member_id", header.MemberId)
                .Field("revision", header.Revision)
                .Field("raft_term", header.RaftTerm);
        }
    }

    public static void Write(JsonText json, IMessage answer, CtlVersion version)
    {
        switch (answer)
        {
            case RangeResponse range:
                Header(json, range.Header);
                json.List("kvs", range.Kvs, static (json, kv) => KeyValue(json, null, kv))
                    .Field("more", range.More)
                    .Field("count", range.Count);
                break;
            case PutResponse put:
                Header(json, put.Header);
                KeyValue(json, "prev_kv", put.PrevKv);
                break;
            case DeleteRangeResponse deleted:
                Header(json, deleted.Header);
                json.Field("deleted", deleted.Deleted)
                    .List("prev_kvs", deleted.PrevKvs, static (json, kv) => KeyValue(json, null, kv));
                break;
            case TxnResponse txn:
                Header(json, txn.Header);
                json.Field("succeeded", txn.Succeeded)
                    .List("responses", txn.Responses, (json, response) => Operation(json, response, version));
                break;
            default:
                break;
        }
    }

    public static void Event(JsonText json, Event happened)
    {
        json.Begin().Field("type", (long)happened.Type);
        KeyValue(json, "kv", happened.Kv);
        KeyValue(json, "prev_kv", happened.PrevKv);
        json.End();
    }

    private static void KeyValue(JsonText json, string? name, KeyValue? kv)
    {
        if (kv != null)
        {
            json.Begin(name)
                .Field("key", kv.Key)
                .Field("create_revision", kv.CreateRevision)
                .Field("mod_revision", kv.ModRevision)
                .Field("version", kv.Version)
                .Field("value", kv.Value)
                .Field("lease", kv.Lease)
                .End();
        }
    }

    // 3.4 names the cases as its library's fields are called, later versions as the protocol does.
    private static void Operation(JsonText json, ResponseOp operation, CtlVersion version)
    {
        (string field, string name, IMessage? answer) = operation.ResponseCase switch
        {
            ResponseOp.ResponseOneofCase.ResponseRange => ("ResponseRange", "response_range", operation.ResponseRange),
            ResponseOp.ResponseOneofCase.ResponsePut => ("ResponsePut", "response_put", operation.ResponsePut),
            ResponseOp.ResponseOneofCase.ResponseDeleteRange =>
                ("ResponseDeleteRange", "response_delete_range", operation.ResponseDeleteRange),
            ResponseOp.ResponseOneofCase.ResponseTxn => ("ResponseTxn", "response_txn", operation.ResponseTxn),
            _ => ("", "", (IMessage?)null),
        };
        json.Begin().Begin("Response");
        if (answer != null)
        {
            json.Begin(version.Minor == 4 ? field : name);
            Write(json, answer, version);
            json.End();
        }

        json.End().End();
    }
}
