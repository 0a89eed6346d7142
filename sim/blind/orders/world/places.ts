/* Places that many people share: campuses, Islamic boarding schools, offices, pick-up points. */

import type { Place } from "../../addressPlaces.ts";
import type { District } from "../../districts.ts";
import { list } from "../../list.ts";
import type { World } from "./world.ts";

const CAMPUSES = list(`
Universitas Nusantara, Politeknik Negeri, Institut Teknologi Merdeka, Universitas Islam Negeri
Universitas Muhammadiyah, STIE Perbanas, Universitas Katolik Santo Yosef, STMIK Cipta Karya
`);
const SCHOOLS = list(`
Pondok Pesantren Al Hikmah, Ponpes Darul Ulum, PP Nurul Huda, Pesantren Modern Al Amanah
Pondok Pesantren Miftahul Jannah, Ponpes Roudlotul Qur'an, PP Baitul Makmur
`);
const FIRMS = list(`
PT Karya Mandiri Sentosa, PT Sinar Mas Logistik, Bank Arta Jaya KCP, PT Indo Tekstil Abadi
CV Mitra Data, RS Harapan Kita Bersama, PT Global Solusi Digital, Dinas Perhubungan, PT Astra Prima
`);
const POINTS = list(`
Indomaret Point, Alfamart, Popbox, Agen JNE, Agen SiCepat, Drop Point J&T, Konter Pulsa Jaya Cell
Kantor Pos Cabang, Paxel Locker
`);

/** A place under one roof: its name, and the street that it stands in. */
export interface Roof {
  readonly name: string;
  readonly place: Place;
}

/** A name, or one with its town: there are several of each. */
function roof(world: World, names: readonly string[], district: District): Roof {
  const name = world.chance.pick(names);
  const town = district.city.split(" ").at(-1) ?? "";
  const place = { ...world.home(district, "street"), house: null };
  return { name: world.is(0.5) ? `${name} ${town}` : name, place };
}

export const campus = (world: World, district = world.district()) =>
  roof(world, CAMPUSES, district);
export const school = (world: World, district = world.district()) => roof(world, SCHOOLS, district);
export const firm = (world: World, district = world.district()) => roof(world, FIRMS, district);

/** A pick-up point; most have a number or a name of their own. */
export function pickUpPoint(world: World, district = world.district()): Roof {
  const { name, place } = roof(world, POINTS, district);
  return { name: world.is(0.6) ? `${name} ${place.village}` : name, place };
}

/** How somebody writes a roof, with a part of the building before or behind its name. */
export function addressOf(world: World, { name, place }: Roof, part = ""): string {
  const street = world.addressBy(place, world.hand());
  const kind = world.chance.fraction();
  if (part === "") return kind < 0.8 ? `${name}, ${street}` : `${street} ${name}`;
  if (kind < 0.6) return `${name} ${part}, ${street}`;
  return kind < 0.85 ? `${part} ${name} ${street}` : `${street} (${name} ${part})`;
}

/** Behind the @ of a firm's people. */
export const mailHost = ({ name }: Roof) =>
  `${name
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .slice(0, 16)}.co.id`;
