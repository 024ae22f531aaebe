using System.Net.Http.Headers;
using System.Text;

namespace ActorEtcd.Specs.Conformance;

/// <summary>A request to the v2 API.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Body">Nothing, or a body: JSON when it begins like that, otherwise a form.</param>
/// <param name="User">Name and password, when it shows any.</param>
internal sealed record V2Call(string Method, string Target, string Body = "", string User = "")
{
    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(Target, UriKind.Relative));
        if (Body.Length > 0 || Method is "PUT" or "POST")
        {
            message.Content = new StringContent(Body, Encoding.UTF8, Body.StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded");
        }

        if (User.Length > 0)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(User)));
        }

        return message;
    }

    public override string ToString() => $"{Method} {Target} {Body} {User}";
}
