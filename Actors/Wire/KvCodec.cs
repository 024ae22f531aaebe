using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>
/// The key-value requests in protobuf wire form, with etcd's field numbers (<c>api/etcdserverpb/rpc.proto</c>). One
/// codec serves the client's bytes and the log's bytes; decoded keys and values are slices of the input.
/// </summary>
public static class KvCodec
{
    /// <summary>Transactions nested deeper than this are refused before they can exhaust the stack.</summary>
    public const int TxnDepthMax = 64;

    public static PutRequest ReadPut(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Bytes key = default, value = default;
        long lease = 0;
        bool prevKv = false, ignoreValue = false, ignoreLease = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Bytes(); break;
                case 2: value = reader.Bytes(); break;
                case 3: lease = reader.Int64(); break;
                case 4: prevKv = reader.Bool(); break;
                case 5: ignoreValue = reader.Bool(); break;
                case 6: ignoreLease = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new PutRequest(key, value, new LeaseId(lease), prevKv, ignoreValue, ignoreLease);
    }

    public static RangeRequest ReadRange(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Bytes key = default, rangeEnd = default;
        long limit = 0, revision = 0, minMod = 0, maxMod = 0, minCreate = 0, maxCreate = 0;
        int sortOrder = 0, sortTarget = 0;
        bool serializable = false, keysOnly = false, countOnly = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Bytes(); break;
                case 2: rangeEnd = reader.Bytes(); break;
                case 3: limit = reader.Int64(); break;
                case 4: revision = reader.Int64(); break;
                case 5: sortOrder = reader.Int32(); break;
                case 6: sortTarget = reader.Int32(); break;
                case 7: serializable = reader.Bool(); break;
                case 8: keysOnly = reader.Bool(); break;
                case 9: countOnly = reader.Bool(); break;
                case 10: minMod = reader.Int64(); break;
                case 11: maxMod = reader.Int64(); break;
                case 12: minCreate = reader.Int64(); break;
                case 13: maxCreate = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new RangeRequest
        {
            Key = key,
            RangeEnd = rangeEnd,
            Limit = limit,
            Revision = revision,
            SortOrder = (SortOrder)sortOrder,
            SortTarget = (SortTarget)sortTarget,
            Serializable = serializable,
            KeysOnly = keysOnly,
            CountOnly = countOnly,
            MinModRevision = minMod,
            MaxModRevision = maxMod,
            MinCreateRevision = minCreate,
            MaxCreateRevision = maxCreate,
        };
    }

    public static DeleteRangeRequest ReadDeleteRange(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Bytes key = default, rangeEnd = default;
        var prevKv = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Bytes(); break;
                case 2: rangeEnd = reader.Bytes(); break;
                case 3: prevKv = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new DeleteRangeRequest(key, rangeEnd, prevKv);
    }

    public static TxnRequest ReadTxn(ReadOnlyMemory<byte> bytes) => ReadTxn(bytes, depth: 1);

    public static int Size(RequestOp op) => op switch
    {
        PutRequest put => Size(put),
        RangeRequest range => Size(range),
        DeleteRangeRequest delete => Size(delete),
        TxnRequest txn => Size(txn),
        _ => throw new InvalidOperationException($"no wire form for {op.GetType()}"),
    };

    public static void Write(ref ProtoWriter writer, RequestOp op)
    {
        switch (op)
        {
            case PutRequest put: Write(ref writer, put); break;
            case RangeRequest range: Write(ref writer, range); break;
            case DeleteRangeRequest delete: Write(ref writer, delete); break;
            case TxnRequest txn: Write(ref writer, txn); break;
            default: throw new InvalidOperationException($"no wire form for {op.GetType()}");
        }
    }

    private static TxnRequest ReadTxn(ReadOnlyMemory<byte> bytes, int depth)
    {
        if (depth > TxnDepthMax)
        {
            throw new MalformedMessageException($"transactions are nested deeper than {TxnDepthMax}");
        }

        var reader = new ProtoReader(bytes);
        var compares = ImmutableArray.CreateBuilder<Compare>();
        var success = ImmutableArray.CreateBuilder<RequestOp>();
        var failure = ImmutableArray.CreateBuilder<RequestOp>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: compares.Add(ReadCompare(reader.Bytes())); break;
                case 2: AddOp(success, reader.Bytes(), depth); break;
                case 3: AddOp(failure, reader.Bytes(), depth); break;
                default: reader.Skip(); break;
            }
        }

        return new TxnRequest(compares.DrainToImmutable(), success.DrainToImmutable(), failure.DrainToImmutable());
    }

    // What is of no known kind stays in its place: leaving it out would turn a transaction into another one.
    private static void AddOp(ImmutableArray<RequestOp>.Builder ops, ReadOnlyMemory<byte> bytes, int depth)
    {
        var reader = new ProtoReader(bytes);
        RequestOp op = EmptyOp.Instance;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: op = ReadRange(reader.Bytes()); break;
                case 2: op = ReadPut(reader.Bytes()); break;
                case 3: op = ReadDeleteRange(reader.Bytes()); break;
                case 4: op = ReadTxn(reader.Bytes(), depth + 1); break;
                default: reader.Skip(); break;
            }
        }

        ops.Add(op);
    }

    private static Compare ReadCompare(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        int result = 0, target = 0, operandField = 0;
        long number = 0;
        Bytes key = default, value = default, rangeEnd = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: result = reader.Int32(); break;
                case 2: target = reader.Int32(); break;
                case 3: key = reader.Bytes(); break;
                case 4 or 5 or 6 or 8:
                    operandField = reader.Field;
                    number = reader.Int64();
                    break;
                case 7:
                    operandField = reader.Field;
                    value = reader.Bytes();
                    break;
                case 64: rangeEnd = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        // The operands are alternatives: the last one stands, and one of another kind than the target counts as absent.
        var isMeant = operandField == OperandField((CompareTarget)target);
        return new Compare(
            (CompareResult)result,
            (CompareTarget)target,
            key,
            isMeant && operandField != 7 ? number : 0,
            isMeant && operandField == 7 ? value : default,
            rangeEnd);
    }

    private static int Size(PutRequest put)
        => ProtoSize.Bytes(1, put.Key.Span)
            + ProtoSize.Bytes(2, put.Value.Span)
            + ProtoSize.Int64(3, put.Lease.Value)
            + ProtoSize.Bool(4, put.PrevKv)
            + ProtoSize.Bool(5, put.IgnoreValue)
            + ProtoSize.Bool(6, put.IgnoreLease);

    private static void Write(ref ProtoWriter writer, PutRequest put)
    {
        writer.Bytes(1, put.Key.Span);
        writer.Bytes(2, put.Value.Span);
        writer.Int64(3, put.Lease.Value);
        writer.Bool(4, put.PrevKv);
        writer.Bool(5, put.IgnoreValue);
        writer.Bool(6, put.IgnoreLease);
    }

    private static int Size(RangeRequest range)
        => ProtoSize.Bytes(1, range.Key.Span)
            + ProtoSize.Bytes(2, range.RangeEnd.Span)
            + ProtoSize.Int64(3, range.Limit)
            + ProtoSize.Int64(4, range.Revision)
            + ProtoSize.Int64(5, (long)range.SortOrder)
            + ProtoSize.Int64(6, (long)range.SortTarget)
            + ProtoSize.Bool(7, range.Serializable)
            + ProtoSize.Bool(8, range.KeysOnly)
            + ProtoSize.Bool(9, range.CountOnly)
            + ProtoSize.Int64(10, range.MinModRevision)
            + ProtoSize.Int64(11, range.MaxModRevision)
            + ProtoSize.Int64(12, range.MinCreateRevision)
            + ProtoSize.Int64(13, range.MaxCreateRevision);

    private static void Write(ref ProtoWriter writer, RangeRequest range)
    {
        writer.Bytes(1, range.Key.Span);
        writer.Bytes(2, range.RangeEnd.Span);
        writer.Int64(3, range.Limit);
        writer.Int64(4, range.Revision);
        writer.Int64(5, (long)range.SortOrder);
        writer.Int64(6, (long)range.SortTarget);
        writer.Bool(7, range.Serializable);
        writer.Bool(8, range.KeysOnly);
        writer.Bool(9, range.CountOnly);
        writer.Int64(10, range.MinModRevision);
        writer.Int64(11, range.MaxModRevision);
        writer.Int64(12, range.MinCreateRevision);
        writer.Int64(13, range.MaxCreateRevision);
    }

    private static int Size(DeleteRangeRequest delete)
        => ProtoSize.Bytes(1, delete.Key.Span)
            + ProtoSize.Bytes(2, delete.RangeEnd.Span)
            + ProtoSize.Bool(3, delete.PrevKv);

    private static void Write(ref ProtoWriter writer, DeleteRangeRequest delete)
    {
        writer.Bytes(1, delete.Key.Span);
        writer.Bytes(2, delete.RangeEnd.Span);
        writer.Bool(3, delete.PrevKv);
    }

    private static int Size(TxnRequest txn)
    {
        var size = 0;
        foreach (var compare in txn.Compares)
        {
            size += ProtoSize.Message(1, Size(compare));
        }

        foreach (var op in txn.Success)
        {
            size += ProtoSize.Message(2, OpSize(op));
        }

        foreach (var op in txn.Failure)
        {
            size += ProtoSize.Message(3, OpSize(op));
        }

        return size;
    }

    private static void Write(ref ProtoWriter writer, TxnRequest txn)
    {
        foreach (var compare in txn.Compares)
        {
            writer.MessageHeader(1, Size(compare));
            Write(ref writer, compare);
        }

        foreach (var op in txn.Success)
        {
            WriteOp(ref writer, 2, op);
        }

        foreach (var op in txn.Failure)
        {
            WriteOp(ref writer, 3, op);
        }
    }

    private static int OpSize(RequestOp op) => ProtoSize.Message(OpField(op), Size(op));

    private static void WriteOp(ref ProtoWriter writer, int field, RequestOp op)
    {
        var size = Size(op);
        writer.MessageHeader(field, ProtoSize.Message(OpField(op), size));
        writer.MessageHeader(OpField(op), size);
        Write(ref writer, op);
    }

    private static int OpField(RequestOp op) => op switch
    {
        RangeRequest => 1,
        PutRequest => 2,
        DeleteRangeRequest => 3,
        TxnRequest => 4,
        _ => throw new InvalidOperationException($"no wire form for {op.GetType()}"),
    };

    private static int Size(Compare compare)
        => ProtoSize.Int64(1, (long)compare.Result)
            + ProtoSize.Int64(2, (long)compare.Target)
            + ProtoSize.Bytes(3, compare.Key.Span)
            + (compare.Target == CompareTarget.Value
                ? ProtoSize.Message(7, compare.Value.Length)
                : ProtoSize.Int64(OperandField(compare.Target), compare.Number))
            + ProtoSize.Bytes(64, compare.RangeEnd.Span);

    private static void Write(ref ProtoWriter writer, Compare compare)
    {
        writer.Int64(1, (long)compare.Result);
        writer.Int64(2, (long)compare.Target);
        writer.Bytes(3, compare.Key.Span);
        if (compare.Target == CompareTarget.Value)
        {
            writer.Message(7, compare.Value.Span);
        }
        else
        {
            writer.Int64(OperandField(compare.Target), compare.Number);
        }

        writer.Bytes(64, compare.RangeEnd.Span);
    }

    private static int OperandField(CompareTarget target) => target switch
    {
        CompareTarget.Version => 4,
        CompareTarget.Create => 5,
        CompareTarget.Mod => 6,
        CompareTarget.Value => 7,
        _ => 8,
    };
}
