using System.Text;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// The form of <c>grpc-message</c>: UTF-8, where every byte outside printable ASCII, and the percent sign, is "%XX".
/// </summary>
internal static class GrpcMessageText
{
    private const string Hex = "0123456789ABCDEF";

    public static string Encode(string message)
    {
        if (!message.AsSpan().ContainsAnyExceptInRange(' ', '~') && !message.Contains('%'))
        {
            return message;
        }

        var text = new StringBuilder(message.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
            }
        }

        return text.ToString();
    }
}
