namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// The Huffman code of RFC 7541, appendix B. The code is canonical, so the length of every symbol is enough to
/// rebuild it: within one length the codes count upwards in the order of the symbols.
/// </summary>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int LengthMax = 30;

    private static readonly int[] FirstCode = new int[LengthMax + 2];
    private static readonly int[] FirstSlot = new int[LengthMax + 2];
    private static readonly int[] CountOfLength = new int[LengthMax + 2];
    private static readonly short[] SymbolAtSlot = new short[257];

    static HpackHuffman()
    {
        ReadOnlySpan<byte> lengths = CodeLengths;
        foreach (byte length in lengths)
        {
            CountOfLength[length]++;
        }

        int code = 0;
        int slot = 0;
        for (int length = 1; length <= LengthMax; length++)
        {
            code <<= 1;
            FirstCode[length] = code;
            FirstSlot[length] = slot;
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                {
                    SymbolAtSlot[slot++] = (short)symbol;
                }
            }

            code += CountOfLength[length];
        }
    }

    private static ReadOnlySpan<byte> CodeLengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>The decoded bytes, or null when the padding is not a prefix of the end-of-string symbol.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[(encoded.Length * 8 / 5) + 1];
        int count = 0;
        int code = 0;
        int length = 0;
        foreach (byte octet in encoded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((octet >> bit) & 1);
                length++;
                int offset = code - FirstCode[length];
                if (offset < CountOfLength[length])
                {
                    int symbol = SymbolAtSlot[FirstSlot[length] + offset];
                    if (symbol == EndOfString)
                    {
                        return null;
                    }

                    decoded[count++] = (byte)symbol;
                    code = 0;
                    length = 0;
                }
                else if (length == LengthMax)
                {
                    return null;
                }
            }
        }

        bool paddingIsOnes = length < 8 && code == (1 << length) - 1;
        return paddingIsOnes ? decoded[..count] : null;
    }
}
