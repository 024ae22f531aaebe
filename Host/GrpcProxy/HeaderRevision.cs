using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Reads the revision out of an encoded answer's header, which is its first field, and nothing else of it.</summary>
internal static class HeaderRevision
{
    private const uint HeaderTag = 10;
    private const uint RevisionTag = 24;

    /// <summary>The revision; 0 when there is none.</summary>
    public static long Of(byte[] answer)
    {
        try
        {
            var input = new CodedInputStream(answer);
            if (input.ReadTag() != HeaderTag)
            {
                return 0;
            }

            var length = input.ReadLength();
            var header = new CodedInputStream(answer, (int)input.Position, length);
            while (header.ReadTag() is var tag and not 0)
            {
                if (tag == RevisionTag)
                {
                    return header.ReadInt64();
                }

                header.SkipLastField();
            }
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or ArgumentException)
        {
            // Not for the proxy to judge.
        }

        return 0;
    }
}
