/**
 * Texts of a decision, and of its record besides the reasons. Names in braces such as `{order}` are
 * filled in.
 */
export const DECISION_WORDS = {
  rule: { id: "Aturan {rule}", en: "Rule {rule}" },
  remedyIfWrong: {
    id: "Bila banding dikabulkan: unit yang ditahan kembali kepada Anda dengan harga lama; bila sudah tidak mungkin, satu unit disisihkan untuk Anda dari gelombang berikutnya sebelum dibuka.",
    en: "If the appeal is upheld: the held unit is yours again at the old price; where that is no longer possible, a unit is set aside for you from the next round before it opens.",
  },
  notice: {
    subject: { id: "Keputusan tentang pesanan Anda", en: "A decision about your order" },
    cancelled: {
      id: "Pesanan {order} kami batalkan. Unitnya masih ditahan dan tidak diberikan kepada siapa pun sampai Anda sempat membanding.",
      en: "We cancelled order {order}. Its unit is still held and goes to nobody until you had the time to appeal.",
    },
    ground: {
      id: "Dasar: {ground} (aturan {rules}, kebijakan {policy} versi {version})",
      en: "Ground: {ground} (rule {rules}, policy {policy} version {version})",
    },
    seen: { id: "Yang kami lihat:\n{reasons}", en: "What we saw:\n{reasons}" },
    wouldChange: {
      id: "Yang akan mengubah keputusan ini: {counterfactual}.",
      en: "What would change this decision: {counterfactual}.",
    },
    appeal: {
      id: "Kami keliru? Ajukan banding, gratis, tanpa akun, sampai {until}: {link}",
      en: "Are we wrong? Appeal, free, without an account, until {until}: {link}",
    },
  },
  helpDesk: {
    id: "Pesanan ini dibatalkan dengan keputusan {decision}. Alasannya:\n{reasons}\nPembeli dapat membanding sampai {until}. Jangan menyebut alasan lain.",
    en: "This order was cancelled by decision {decision}. Reasons:\n{reasons}\nThe buyer may appeal until {until}. Give no other reason.",
  },
  courier: {
    ship: { id: "Kirim seperti biasa.", en: "Ship as usual." },
    keep: {
      id: "Jangan dikirim; simpan. Ini bukan pengiriman gagal.",
      en: "Do not ship; keep it. This is not a failed delivery.",
    },
  },
};
