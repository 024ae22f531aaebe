using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>What a member would answer, from what is owned.</summary>
internal static class OwnedAnswer
{
    private const int OperationsMax = 128;

    /// <summary>Whether it is a read of one key as it is now.</summary>
    public static bool IsPlain(RangeRequest request) => !request.Key.IsEmpty && request.RangeEnd.IsEmpty && request.Revision <= 0
        && request.SortOrder == RangeRequest.Types.SortOrder.None && request.SortTarget == RangeRequest.Types.SortTarget.Key;

    public static RangeResponse Of(RangeRequest request, KeyValue? pair)
    {
        var answer = new RangeResponse { Count = pair is null ? 0 : 1 };
        if (pair is not null && !request.CountOnly && Fits(request, pair))
        {
            var told = pair;
            if (request.KeysOnly)
            {
                told = pair.Clone();
                told.Value = ByteString.Empty;
            }

            answer.Kvs.Add(told);
        }

        return answer;
    }

    /// <summary>Null when it writes, needs what is not owned, or might be refused.</summary>
    public static TxnResponse? Of(TxnRequest request, Func<ByteString, OwnedKey?> find)
    {
        if (request.Compare.Count > OperationsMax || !IsUnquestioned(request.Success) || !IsUnquestioned(request.Failure))
        {
            return null;
        }

        var holds = true;
        foreach (var compare in request.Compare)
        {
            if (!compare.RangeEnd.IsEmpty || find(compare.Key) is not { } owned)
            {
                return null;
            }

            holds &= Holds(compare, owned.Pair);
        }

        var answer = new TxnResponse { Succeeded = holds };
        foreach (var operation in holds ? request.Success : request.Failure)
        {
            if (operation.RequestRange is not { } range || !IsPlain(range) || find(range.Key) is not { } owned)
            {
                return null;
            }

            answer.Responses.Add(new ResponseOp { ResponseRange = Of(range, owned.Pair) });
        }

        return answer;
    }

    public static bool Holds(Compare compare, KeyValue? pair)
    {
        if (pair is null && compare.Target == Compare.Types.CompareTarget.Value)
        {
            return false;
        }

        var order = compare.Target switch
        {
            Compare.Types.CompareTarget.Value => pair!.Value.Span.SequenceCompareTo(compare.Value.Span),
            Compare.Types.CompareTarget.Create => (pair?.CreateRevision ?? 0).CompareTo(compare.CreateRevision),
            Compare.Types.CompareTarget.Mod => (pair?.ModRevision ?? 0).CompareTo(compare.ModRevision),
            Compare.Types.CompareTarget.Version => (pair?.Version ?? 0).CompareTo(compare.Version),
            Compare.Types.CompareTarget.Lease => (pair?.Lease ?? 0).CompareTo(compare.Lease),
            _ => 0,
        };
        return compare.Result switch
        {
            Compare.Types.CompareResult.Equal => order == 0,
            Compare.Types.CompareResult.NotEqual => order != 0,
            Compare.Types.CompareResult.Greater => order > 0,
            Compare.Types.CompareResult.Less => order < 0,
            _ => true,
        };
    }

    private static bool Fits(RangeRequest request, KeyValue pair)
        => IsWithin(pair.ModRevision, request.MinModRevision, request.MaxModRevision)
            && IsWithin(pair.CreateRevision, request.MinCreateRevision, request.MaxCreateRevision);

    private static bool IsWithin(long revision, long min, long max) => (min == 0 || revision >= min) && (max == 0 || revision <= max);

    // What a member refuses as such, it refuses whichever branch is taken.
    private static bool IsUnquestioned(IReadOnlyCollection<RequestOp> operations)
        => operations.Count <= OperationsMax
            && operations.Count(static operation => operation.RequestCase != RequestOp.RequestOneofCase.RequestRange) <= 1
            && operations.All(static operation => operation.RequestCase switch
            {
                RequestOp.RequestOneofCase.RequestRange => !operation.RequestRange.Key.IsEmpty,
                RequestOp.RequestOneofCase.RequestPut => operation.RequestPut is { IgnoreValue: false, IgnoreLease: false, Lease: 0, Key.IsEmpty: false },
                RequestOp.RequestOneofCase.RequestDeleteRange => !operation.RequestDeleteRange.Key.IsEmpty,
                _ => false,
            });
}
