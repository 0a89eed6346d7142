/* Providers of mail that give mailboxes to everybody. */

const PROVIDERS = new Set(
  (
    "gmail.com googlemail.com yahoo.com yahoo.co.id yahoo.com.sg yahoo.com.my yahoo.co.uk ymail.com " +
    "rocketmail.com aol.com outlook.com outlook.co.id outlook.sg hotmail.com hotmail.co.id live.com " +
    "live.co.id msn.com icloud.com me.com mac.com proton.me protonmail.com pm.me tutanota.com tuta.com " +
    "zoho.com zohomail.com yandex.com yandex.ru ya.ru mail.ru gmx.com gmx.de gmx.net web.de mail.com " +
    "fastmail.com hey.com qq.com 163.com 126.com foxmail.com naver.com daum.net hanmail.net telkom.net " +
    "telkomsel.co.id indosat.net.id cbn.net.id plasa.com comcast.net att.net verizon.net orange.fr " +
    "free.fr laposte.net t-online.de libero.it wp.pl o2.pl seznam.cz bigpond.com"
  ).split(" "),
);

/**
 * The domain of a mail address (lower case) if no provider is known for it, else null. Such a domain
 * may belong to one person with as many mailboxes as she likes, or to a company.
 */
export function ownDomainOf(address: string): string | null {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return PROVIDERS.has(domain) ? null : registrable(domain);
}

/** Second-level labels under which a country gives out names: "co.id", "ac.id". */
const SECOND_LEVEL = /^(?:co|com|net|org|ac|sch|go|gov|web|my|or|biz|desa|ponpes|edu|mil)$/;

/**
 * The part of a domain that somebody registered: who owns it makes subdomains at will. A rough rule:
 * an unknown ending counts a few owners as one, which makes their codes cost more work and nothing else.
 */
function registrable(domain: string): string {
  const labels = domain.split(".");
  const isSecond = labels.length > 2 && SECOND_LEVEL.test(labels.at(-2) ?? "");
  return labels.slice(isSecond ? -3 : -2).join(".");
}
